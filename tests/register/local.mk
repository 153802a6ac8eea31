# One program per module of register/.
UNIT_TESTS +=
