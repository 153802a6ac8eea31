# One program per module of base/.
UNIT_TESTS +=
