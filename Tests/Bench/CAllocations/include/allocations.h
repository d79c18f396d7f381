#pragma once
#include <features.h>
#include <stdint.h>

/* What the heap of this process is asked for. One thread at a time. */

/* How often memory has been asked for since the start. */
uint64_t allocations_made(void);

/* Octets in use, with what malloc needs beside them. */
uint64_t allocations_octets_in_use(void);

/* From now on blocks are sorted by their size, which costs time. */
void allocations_sort(void);

/* Blocks in use, of those that came since, by their size with what malloc needs
   beside it, in steps of 16 octets; the last stands for all that are
   larger. */
enum { allocations_classes = 64 };
int64_t allocations_blocks(int size_class);
