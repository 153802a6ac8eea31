# One program per module of desk/.
UNIT_TESTS +=
