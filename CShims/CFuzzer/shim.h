#pragma once

#include <stddef.h>
#include <stdint.h>

// libFuzzer ships no header for the entry point that programs with a main of their own use.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test_one_input)(const uint8_t *data, size_t size));
