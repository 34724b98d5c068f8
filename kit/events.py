"""Names of the facts that kit itself records."""

# Personal values behind the audit trail were erased; details: rows, values, ground.
PERSONAL_ERASED = "kit.personal.erased"
# Personal data were read in bulk; details: what, count, ground.
PERSONAL_READ = "kit.personal.read"
# A register was taken out of the system; details: what, count, format, ground.
EXPORTED = "kit.register.exported"
# The arrangements of a year replaced the former ones; details: year, days.
HOLIDAYS_KEPT = "kit.holidays.kept"
# A parameter got a value from a coming day on; details: name, value, effective_on, reason.
PARAMETER_SET = "kit.parameter.set"
# A failed or stale message was put back; details: key.
MESSAGE_SENT_AGAIN = "kit.message.sent_again"
# A fact given up for a subscriber was put back in line; details: subscriber.
DELIVERY_RETRIED = "kit.delivery.retried"
# The nightly check ran; details: faults, first.
VERIFIED = "kit.trail.verified"
