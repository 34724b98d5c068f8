"""S1: every route × method × cast member equals the policy table. A route without a row fails."""
