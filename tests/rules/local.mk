# One program per module of rules/.
UNIT_TESTS +=
