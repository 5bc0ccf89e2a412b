#include "crash_disk.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { files_max = 8, name_max = 256, sector = 512 };

/* A write or truncation that has not been synced. */
typedef struct change {
    struct change *next;
    sqlite3_int64 offset;
    int length; /* -1: truncation to `offset` */
    unsigned char bytes[];
} change;

typedef struct {
    unsigned char *bytes;
    sqlite3_int64 size, room;
} contents;

typedef struct {
    char name[name_max];
    bool exists;
    contents cached, durable;
    change *first, **last;
} stored_file;

struct crash_disk {
    sqlite3_vfs vfs;
    char name[64];
    stored_file files[files_max];
    uint64_t random;
    enum crash_fault fault;
    long calls_until_fault;
    bool fault_stays, has_failed, is_off, lies;
};

typedef struct {
    sqlite3_file base;
    crash_disk *disk;
    stored_file *file;
} open_file;

static uint64_t draw(crash_disk *disk) { /* SplitMix64 */
    uint64_t mixed = disk->random += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    return mixed ^ mixed >> 31;
}

/* The fault that this call meets. */
static enum crash_fault meet(crash_disk *disk) {
    if (disk->is_off) return crash_power_cut;
    if (disk->fault == crash_no_fault) return crash_no_fault;
    if (disk->calls_until_fault > 0 && --disk->calls_until_fault > 0) return crash_no_fault;
    enum crash_fault fault = disk->fault;
    disk->has_failed = true;
    if (fault == crash_power_cut) disk->is_off = true;
    if (!disk->fault_stays) disk->fault = crash_no_fault;
    return fault;
}

static void resize(contents *contents, sqlite3_int64 size) {
    if (size > contents->room) {
        sqlite3_int64 room = size * 2;
        contents->bytes = realloc(contents->bytes, (size_t)room);
        memset(contents->bytes + contents->room, 0, (size_t)(room - contents->room));
        contents->room = room;
    }
    if (size < contents->size) memset(contents->bytes + size, 0, (size_t)(contents->size - size));
    contents->size = size;
}

static void put(contents *contents, const void *bytes, int length, sqlite3_int64 offset) {
    if (offset + length > contents->size) resize(contents, offset + length);
    memcpy(contents->bytes + offset, bytes, (size_t)length);
}

/* No more room than it takes: most copies are only read. */
static void copy(contents *to, const contents *from) {
    if (from->size > to->room) {
        free(to->bytes);
        to->bytes = malloc((size_t)from->size);
        to->size = to->room = from->size;
    } else {
        resize(to, from->size);
    }
    if (from->size > 0) memcpy(to->bytes, from->bytes, (size_t)from->size);
}

static void remember(stored_file *file, const void *bytes, int length, sqlite3_int64 offset) {
    change *new = malloc(sizeof *new + (size_t)(length > 0 ? length : 0));
    new->next = NULL;
    new->offset = offset;
    new->length = length;
    if (length > 0) memcpy(new->bytes, bytes, (size_t)length);
    *file->last = new;
    file->last = &new->next;
}

static void forget_changes(stored_file *file) {
    for (change *each = file->first; each;) {
        change *next = each->next;
        free(each);
        each = next;
    }
    file->first = NULL;
    file->last = &file->first;
}

static void make_durable(stored_file *file) {
    for (change *each = file->first; each; each = each->next) {
        if (each->length < 0) resize(&file->durable, each->offset);
        else put(&file->durable, each->bytes, each->length, each->offset);
    }
    forget_changes(file);
}

/* Some sectors of a write reach the medium, some do not, a few as rubbish. */
static void tear(crash_disk *disk, stored_file *file, const change *torn) {
    for (sqlite3_int64 start = torn->offset, end = torn->offset + torn->length; start < end;) {
        sqlite3_int64 stop = (start / sector + 1) * sector;
        if (stop > end) stop = end;
        uint64_t fate = draw(disk) % 8;
        if (fate < 4) {
            put(&file->durable, torn->bytes + (start - torn->offset), (int)(stop - start), start);
        } else if (fate == 4) {
            unsigned char rubbish[sector];
            for (int index = 0; index < sector; index++) rubbish[index] = (unsigned char)draw(disk);
            put(&file->durable, rubbish, (int)(stop - start), start);
        }
        start = stop;
    }
}

/* MARK: files, as SQLite calls them */

static int crash_close(sqlite3_file *base) {
    (void)base;
    return SQLITE_OK;
}

static int crash_read(sqlite3_file *base, void *buffer, int length, sqlite3_int64 offset) {
    open_file *open = (open_file *)base;
    enum crash_fault fault = meet(open->disk);
    if (fault == crash_input_output || fault == crash_power_cut) return SQLITE_IOERR_READ;
    const contents *cached = &open->file->cached;
    sqlite3_int64 found = cached->size - offset;
    if (found >= length) {
        memcpy(buffer, cached->bytes + offset, (size_t)length);
        return SQLITE_OK;
    }
    memset(buffer, 0, (size_t)length);
    if (found > 0) memcpy(buffer, cached->bytes + offset, (size_t)found);
    return SQLITE_IOERR_SHORT_READ;
}

static int crash_write(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset) {
    open_file *open = (open_file *)base;
    bool was_off = open->disk->is_off;
    enum crash_fault fault = meet(open->disk);
    if (fault == crash_full && offset + length > open->file->cached.size) return SQLITE_FULL;
    if (fault == crash_input_output || was_off) return SQLITE_IOERR_WRITE;
    /* The write that the power cut meets may have begun. */
    remember(open->file, bytes, length, offset);
    put(&open->file->cached, bytes, length, offset);
    return fault == crash_power_cut ? SQLITE_IOERR_WRITE : SQLITE_OK;
}

static int crash_truncate(sqlite3_file *base, sqlite3_int64 size) {
    open_file *open = (open_file *)base;
    enum crash_fault fault = meet(open->disk);
    if (fault == crash_input_output || fault == crash_power_cut) return SQLITE_IOERR_TRUNCATE;
    remember(open->file, NULL, -1, size);
    resize(&open->file->cached, size);
    return SQLITE_OK;
}

static int crash_sync(sqlite3_file *base, int flags) {
    (void)flags;
    open_file *open = (open_file *)base;
    enum crash_fault fault = meet(open->disk);
    if (fault == crash_power_cut) return SQLITE_IOERR_FSYNC;
    if (fault == crash_input_output) {
        forget_changes(open->file);
        return SQLITE_IOERR_FSYNC;
    }
    if (!open->disk->lies) make_durable(open->file);
    return SQLITE_OK;
}

static int crash_file_size(sqlite3_file *base, sqlite3_int64 *size) {
    *size = ((open_file *)base)->file->cached.size;
    return SQLITE_OK;
}

static int crash_lock(sqlite3_file *base, int level) {
    (void)base, (void)level;
    return SQLITE_OK;
}

static int crash_check_reserved(sqlite3_file *base, int *result) {
    (void)base;
    *result = 0;
    return SQLITE_OK;
}

static int crash_file_control(sqlite3_file *base, int operation, void *argument) {
    (void)base;
    if (operation != SQLITE_FCNTL_PERSIST_WAL) return SQLITE_NOTFOUND;
    *(int *)argument = 1;
    return SQLITE_OK;
}

static int crash_sector_size(sqlite3_file *base) {
    (void)base;
    return 4096;
}

static int crash_characteristics(sqlite3_file *base) {
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1, /* no shared memory: write-ahead logs in exclusive mode only */
    .xClose = crash_close,
    .xRead = crash_read,
    .xWrite = crash_write,
    .xTruncate = crash_truncate,
    .xSync = crash_sync,
    .xFileSize = crash_file_size,
    .xLock = crash_lock,
    .xUnlock = crash_lock,
    .xCheckReservedLock = crash_check_reserved,
    .xFileControl = crash_file_control,
    .xSectorSize = crash_sector_size,
    .xDeviceCharacteristics = crash_characteristics,
};

/* MARK: the file system, as SQLite calls it */

static int place_of(const crash_disk *disk, const char *name) {
    for (int index = 0; index < files_max; index++) {
        if (disk->files[index].exists && strcmp(disk->files[index].name, name) == 0) return index;
    }
    return -1;
}

static stored_file *find(crash_disk *disk, const char *name) {
    int place = place_of(disk, name);
    return place < 0 ? NULL : &disk->files[place];
}

static int crash_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out_flags) {
    crash_disk *disk = vfs->pAppData;
    open_file *open = (open_file *)base;
    base->pMethods = NULL;
    if (!name || strlen(name) >= name_max) return SQLITE_CANTOPEN;
    enum crash_fault fault = meet(disk);
    if (fault == crash_input_output || fault == crash_power_cut) return SQLITE_CANTOPEN;
    stored_file *file = find(disk, name);
    for (int index = 0; !file && index < files_max; index++) {
        if (disk->files[index].exists) continue;
        if (!(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
        file = &disk->files[index];
        strcpy(file->name, name);
        file->exists = true;
    }
    if (!file) return SQLITE_CANTOPEN;
    open->disk = disk;
    open->file = file;
    base->pMethods = &methods;
    if (out_flags) *out_flags = flags;
    return SQLITE_OK;
}

static int crash_delete(sqlite3_vfs *vfs, const char *name, int sync_folder) {
    (void)sync_folder;
    crash_disk *disk = vfs->pAppData;
    enum crash_fault fault = meet(disk);
    if (fault == crash_input_output || fault == crash_power_cut) return SQLITE_IOERR_DELETE;
    stored_file *file = find(disk, name);
    if (!file) return SQLITE_IOERR_DELETE_NOENT;
    forget_changes(file);
    resize(&file->cached, 0);
    resize(&file->durable, 0);
    file->exists = false;
    return SQLITE_OK;
}

static int crash_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    (void)flags;
    stored_file *file = find(vfs->pAppData, name);
    *result = file && file->cached.size > 0;
    return SQLITE_OK;
}

static int crash_full_path(sqlite3_vfs *vfs, const char *name, int length, char *path) {
    (void)vfs;
    if (strlen(name) >= (size_t)length) return SQLITE_CANTOPEN;
    strcpy(path, name);
    return SQLITE_OK;
}

static int crash_randomness(sqlite3_vfs *vfs, int length, char *bytes) {
    crash_disk *disk = vfs->pAppData;
    for (int index = 0; index < length; index++) bytes[index] = (char)draw(disk);
    return length;
}

static int crash_sleep(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return microseconds;
}

static int crash_time(sqlite3_vfs *vfs, double *julian_day) {
    (void)vfs;
    *julian_day = 2460000.5;
    return SQLITE_OK;
}

static int crash_last_error(sqlite3_vfs *vfs, int length, char *text) {
    (void)vfs, (void)length, (void)text;
    return 0;
}

/* MARK: the interface */

crash_disk *crash_disk_create(const char *name, uint64_t seed) {
    crash_disk *disk = calloc(1, sizeof *disk);
    strncpy(disk->name, name, sizeof disk->name - 1);
    disk->random = seed;
    for (int index = 0; index < files_max; index++) disk->files[index].last = &disk->files[index].first;
    disk->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = sizeof(open_file),
        .mxPathname = name_max - 1,
        .zName = disk->name,
        .pAppData = disk,
        .xOpen = crash_open,
        .xDelete = crash_delete,
        .xAccess = crash_access,
        .xFullPathname = crash_full_path,
        .xRandomness = crash_randomness,
        .xSleep = crash_sleep,
        .xCurrentTime = crash_time,
        .xGetLastError = crash_last_error,
    };
    /* Nobody asks how much memory SQLite has, and to count it takes a lock at each allocation. Without effect once SQLite is in use. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_vfs_register(&disk->vfs, 0);
    return disk;
}

crash_disk *crash_disk_copy(const crash_disk *other, const char *name, uint64_t seed) {
    crash_disk *disk = crash_disk_create(name, seed);
    for (int index = 0; index < files_max; index++) {
        stored_file *file = &disk->files[index];
        strcpy(file->name, other->files[index].name);
        file->exists = other->files[index].exists;
        copy(&file->durable, &other->files[index].durable);
        copy(&file->cached, &file->durable);
    }
    return disk;
}

void crash_disk_destroy(crash_disk *disk) {
    sqlite3_vfs_unregister(&disk->vfs);
    for (int index = 0; index < files_max; index++) {
        forget_changes(&disk->files[index]);
        free(disk->files[index].cached.bytes);
        free(disk->files[index].durable.bytes);
    }
    free(disk);
}

void crash_disk_fail(crash_disk *disk, enum crash_fault fault, long call, bool stays) {
    disk->fault = fault;
    disk->calls_until_fault = call;
    disk->fault_stays = stays;
    disk->has_failed = false;
}

void crash_disk_heal(crash_disk *disk) { disk->fault = crash_no_fault; }

bool crash_disk_has_failed(const crash_disk *disk) { return disk->has_failed; }

void crash_disk_lie(crash_disk *disk, bool lies) { disk->lies = lies; }

bool crash_disk_has_unsynced(const crash_disk *disk, const char *file) {
    int place = place_of(disk, file);
    return place >= 0 && disk->files[place].first != NULL;
}

void crash_disk_write_out(crash_disk *disk) {
    for (int index = 0; index < files_max; index++) make_durable(&disk->files[index]);
}

void crash_disk_restart(crash_disk *disk) {
    for (int index = 0; index < files_max; index++) {
        stored_file *file = &disk->files[index];
        for (const change *each = file->first; each; each = each->next) {
            switch (draw(disk) % 3) {
            case 0:
                if (each->length < 0) resize(&file->durable, each->offset);
                else put(&file->durable, each->bytes, each->length, each->offset);
                break;
            case 1:
                if (each->length > 0) tear(disk, file, each);
                break;
            default: break;
            }
        }
        forget_changes(file);
        copy(&file->cached, &file->durable);
    }
    disk->is_off = false;
    disk->fault = crash_no_fault;
}
