/* libsqlite3 as Swift sees it: what the C interface expresses with macros and untyped pointers, as small functions. */
#ifndef CSQLITE_SHIM_H
#define CSQLITE_SHIM_H

#include <sqlite3.h>

#if SQLITE_VERSION_NUMBER < 3037000
#error "SQLite 3.37 or later is needed (STRICT tables, SQLITE_OPEN_EXRESCODE)"
#endif

/* SQLITE_TRANSIENT is a cast that Swift cannot import: SQLite takes a copy of its own. */
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int length) {
    return sqlite3_bind_text(statement, index, text, length, SQLITE_TRANSIENT);
}

static inline int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int length) {
    return length == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                       : sqlite3_bind_blob(statement, index, bytes, length, SQLITE_TRANSIENT);
}

/* No copy: the bytes must stay where they are until the statement has been stepped and its bindings cleared. */
static inline int csqlite_bind_blob_in_place(sqlite3_stmt *statement, int index, const void *bytes, int length) {
    return sqlite3_bind_blob(statement, index, bytes, length, SQLITE_STATIC);
}

/* Leaves the write-ahead log as it is when the database is closed: neither checkpointed nor deleted. */
static inline int csqlite_keep_wal(sqlite3 *database) {
    int keep = 1;
    int code = sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
    return code == SQLITE_OK ? sqlite3_file_control(database, "main", SQLITE_FCNTL_PERSIST_WAL, &keep) : code;
}

/* Writes zeros behind the write-ahead log's end until it has `size` bytes, and syncs it. Zeros are no frames to SQLite. */
static inline int csqlite_extend_wal(sqlite3 *database, sqlite3_int64 size) {
    static const char zeros[65536];
    sqlite3_file *file = 0;
    sqlite3_int64 end = 0;
    int code = sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (code != SQLITE_OK) return code;
    if (!file || !file->pMethods) return SQLITE_NOTFOUND;
    code = file->pMethods->xFileSize(file, &end);
    while (code == SQLITE_OK && end < size) {
        int length = size - end < (sqlite3_int64)sizeof zeros ? (int)(size - end) : (int)sizeof zeros;
        code = file->pMethods->xWrite(file, zeros, length, end);
        end += length;
    }
    return code == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : code;
}

/* sync_file_range(2), which glibc declares for _GNU_SOURCE only: has the medium take a part of a file, and waits. */
extern int sync_file_range(int descriptor, long long start, long long count, unsigned int flags);
static inline int csqlite_write_out(int descriptor, sqlite3_int64 start, sqlite3_int64 count) {
    enum { wait_before = 1, write_out = 2, wait_after = 4 };
    return sync_file_range(descriptor, start, count, wait_before | write_out | wait_after);
}

/* How many pages this connection has written since it was opened: in WAL mode, frames. */
static inline int csqlite_pages_written(sqlite3 *database) {
    int current = 0, highest = 0;
    sqlite3_db_status(database, SQLITE_DBSTATUS_CACHE_WRITE, &current, &highest, 0);
    return current;
}

#endif
