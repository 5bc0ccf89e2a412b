/* libwslay's frame reader, fed with whatever has arrived. Of the library's two layers the lower one: the upper keeps 8 KB and
   four queues for each connection, and checks a close frame's text wrongly where the network has split it. */
#pragma once

#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

struct cwslay_reader {
    wslay_frame_context_ptr frames;
    const uint8_t *next;
    size_t left;
};

/* A piece of a frame's payload, unmasked, with what the frame's header said. */
struct cwslay_part {
    const uint8_t *data;
    size_t length;
    uint64_t payload_length;
    uint8_t opcode;
    uint8_t reserved;
    uint8_t is_final;
    uint8_t is_masked;
};

enum cwslay_result {
    cwslay_part_read,
    cwslay_wants_bytes,
    /* A control frame that is too long or fragmented, or a length that is not in its shortest form. */
    cwslay_violation,
};

static inline ssize_t cwslay_take(uint8_t *buffer, size_t room, int flags, void *user) {
    struct cwslay_reader *reader = user;
    size_t count = reader->left < room ? reader->left : room;
    (void)flags;
    if (count == 0) return -1;
    memcpy(buffer, reader->next, count);
    reader->next += count;
    reader->left -= count;
    return (ssize_t)count;
}

/* NULL without memory. */
static inline struct cwslay_reader *cwslay_reader_new(void) {
    struct wslay_frame_callbacks callbacks = {.recv_callback = cwslay_take};
    struct cwslay_reader *reader = calloc(1, sizeof *reader);
    if (reader != NULL && wslay_frame_context_init(&reader->frames, &callbacks, reader) != 0) {
        free(reader);
        reader = NULL;
    }
    return reader;
}

static inline void cwslay_reader_free(struct cwslay_reader *reader) {
    wslay_frame_context_free(reader->frames);
    free(reader);
}

/* The bytes must stay where they are until the reader wants more. */
static inline void cwslay_reader_feed(struct cwslay_reader *reader, const uint8_t *bytes, size_t count) {
    reader->next = bytes;
    reader->left = count;
}

/* `part->data` is valid until the next call. */
static inline enum cwslay_result cwslay_reader_next(struct cwslay_reader *reader, struct cwslay_part *part) {
    struct wslay_frame_iocb frame = {0};
    ssize_t result = wslay_frame_recv(reader->frames, &frame);
    if (result == WSLAY_ERR_WANT_READ) return cwslay_wants_bytes;
    if (result < 0) return cwslay_violation;
    part->data = frame.data;
    part->length = frame.data_length;
    part->payload_length = frame.payload_length;
    part->opcode = frame.opcode;
    part->reserved = frame.rsv;
    part->is_final = frame.fin;
    part->is_masked = frame.mask;
    return cwslay_part_read;
}
