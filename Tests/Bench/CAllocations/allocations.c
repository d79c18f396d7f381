/* The C library lets a program put its own malloc in place of the library's, which stays within
   reach under other names. */

#include "allocations.h"

#include <malloc.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void __libc_free(void *block);

static uint64_t made;
static int64_t blocks[allocations_classes];
static int is_sorting;

static void count(void *block, int change)
{
    if (!is_sorting || block == NULL)
        return;
    size_t size_class = (malloc_usable_size(block) + 8) / 16;
    if (size_class >= allocations_classes)
        size_class = allocations_classes - 1;
    blocks[size_class] += change;
}

void *malloc(size_t size)
{
    made++;
    void *block = __libc_malloc(size);
    count(block, 1);
    return block;
}

void *calloc(size_t number, size_t size)
{
    made++;
    void *block = __libc_calloc(number, size);
    count(block, 1);
    return block;
}

void *realloc(void *block, size_t size)
{
    made++;
    count(block, -1);
    block = __libc_realloc(block, size);
    count(block, 1);
    return block;
}

void free(void *block)
{
    count(block, -1);
    __libc_free(block);
}

uint64_t allocations_made(void) { return made; }

uint64_t allocations_octets_in_use(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

void allocations_sort(void) { is_sorting = 1; }

int64_t allocations_blocks(int size_class) { return blocks[size_class]; }
