/* The program and its libraries as they are mapped. */
#pragma once

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* The beginning of struct dl_phdr_info. */
struct clinux_mapped_file {
    ElfW(Addr) address;
    const char *name;
    const ElfW(Phdr) *headers;
    ElfW(Half) header_count;
};

/* dl_iterate_phdr(3), which glibc declares for _GNU_SOURCE only; by a name of its own, which fits with or without that. */
int clinux_iterate_mapped_files(int (*callback)(struct clinux_mapped_file *, size_t, void *), void *data)
    __asm__("dl_iterate_phdr");

static inline int clinux_release_one_mapped_file(struct clinux_mapped_file *file, size_t size, void *data) {
    (void)size;
    (void)data;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < file->header_count; i++) {
        const ElfW(Phdr) *header = &file->headers[i];
        /* What is writable holds relocations, its part that is made read-only too. */
        if (header->p_type != PT_LOAD || (header->p_flags & PF_W)) continue;
        uintptr_t start = (file->address + header->p_vaddr) & ~(page - 1);
        uintptr_t end = (file->address + header->p_vaddr + header->p_memsz + page - 1) & ~(page - 1);
        /* Not young any more, so that taking them out of the process does not count as one more use. */
        madvise((void *)start, end - start, MADV_COLD);
        madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

/* Takes the pages of code and constants out of the process: each comes back from its file, or from the page cache, at its next use. */
static inline void clinux_release_mapped_files(void) {
    clinux_iterate_mapped_files(clinux_release_one_mapped_file, NULL);
}
