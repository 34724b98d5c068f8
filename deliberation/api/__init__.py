"""REST door of 议事协调: motions, meetings with their agenda and people, polls, resolutions with what follows."""
