"""Names of the facts that kit itself records."""

# Personal values behind the audit trail were erased; details: rows, values, ground.
PERSONAL_ERASED = "kit.personal.erased"
# Personal data were read in bulk; details: what, count, ground.
PERSONAL_READ = "kit.personal.read"
# A register was taken out of the system; details: what, count, format, ground.
EXPORTED = "kit.register.exported"
