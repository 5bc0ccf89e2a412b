/* A disk in memory that SQLite works on and that fails on request: power cuts that lose or tear whatever was not synced,
   failing calls, no space. Everything follows from the seed.

   File names are durable at once: the model is about contents. A write may be torn at any 512-byte boundary, but never
   touches a byte outside its range (SQLite's "powersafe overwrite", which it assumes of disks by default). */
#ifndef CRASH_DISK_H
#define CRASH_DISK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct crash_disk crash_disk;

enum crash_fault {
    crash_no_fault,
    /* The call fails. A sync that fails also loses what it was to sync, although reading still shows it, as Linux does. */
    crash_input_output,
    /* Writes that make a file longer fail; nothing else does. */
    crash_full,
    /* The power goes: this call and all that follow fail, until `crash_disk_restart`. */
    crash_power_cut,
};

/* Registers the disk as a SQLite file system under `name`, which must be unique in the process. */
crash_disk *crash_disk_create(const char *name, uint64_t seed);
/* The same with the durable contents of another. */
crash_disk *crash_disk_copy(const crash_disk *other, const char *name, uint64_t seed);
/* No database may be open on it any more. */
void crash_disk_destroy(crash_disk *disk);

/* Lets the call number `call` from now on (1: the next) meet `fault`; with `stays`, the ones behind it too. */
void crash_disk_fail(crash_disk *disk, enum crash_fault fault, long call, bool stays);
/* Ends all faults. */
void crash_disk_heal(crash_disk *disk);
/* True when the fault that was ordered last has happened. */
bool crash_disk_has_failed(const crash_disk *disk);

/* From now on syncs do nothing and say that they did. */
void crash_disk_lie(crash_disk *disk, bool lies);
/* True when a power cut could take something of that file. */
bool crash_disk_has_unsynced(const crash_disk *disk, const char *file);
/* Syncs every file, whatever faults there are. */
void crash_disk_write_out(crash_disk *disk);

/* Cuts the power: what was not synced is kept, lost or torn, write by write. Then the machine starts again. */
void crash_disk_restart(crash_disk *disk);

#endif
