/* zlib's compressor for bare deflate data: deflateInit2 is a macro, which Swift cannot call. */
#pragma once

#include <zlib.h>

/* `level` from 1, fast, to 9, small. */
static inline int czlib_begin_deflate(z_stream *stream, int level) {
    enum { bare_with_largest_window = -15, default_memory = 8 };
    return deflateInit2(stream, level, Z_DEFLATED, bare_with_largest_window, default_memory, Z_DEFAULT_STRATEGY);
}
