/* libpq as Swift sees it. Debian keeps its headers in a folder of their own on every architecture, so that no pkg-config is needed. */
#pragma once

#include <postgresql/libpq-fe.h>

/* Which of the fields of an error; characters, which Swift does not see through. */
enum {
    cpostgresql_state = PG_DIAG_SQLSTATE,
    cpostgresql_message = PG_DIAG_MESSAGE_PRIMARY,
};

static inline void cpostgresql_ignore(void *argument, const char *message) {
    (void)argument;
    (void)message;
}

/* Notices ("relation exists, skipping") do not go to standard error, where libpq would write them. */
static inline void cpostgresql_silence(PGconn *connection) {
    PQsetNoticeProcessor(connection, cpostgresql_ignore, 0);
}
