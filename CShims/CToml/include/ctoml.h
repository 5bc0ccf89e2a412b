// A TOML document as a flat list of nodes: a C interface to toml++.
#ifndef CTOML_H
#define CTOML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ctoml_document ctoml_document;

typedef enum ctoml_type {
    CTOML_TABLE,
    CTOML_ARRAY,
    CTOML_STRING,
    CTOML_INTEGER,
    CTOML_FLOAT,
    CTOML_BOOLEAN,
    /// A date, a time, or both.
    CTOML_TIME,
} ctoml_type;

/// One node. A table or an array is followed by its `count` children, each with all of its own descendants.
/// Texts belong to the document; they are UTF-8, are not terminated, and may hold zero bytes.
typedef struct ctoml_node {
    ctoml_type type;
    /// From 1; 0 when the document does not say.
    uint32_t line;
    uint32_t column;
    uint32_t count;
    /// The name in the table that holds the node; empty in an array.
    const char *key;
    size_t key_length;
    const char *text;
    size_t text_length;
    int64_t integer;
    double number;
    int boolean;
} ctoml_node;

/// Always a document, to be freed; when the text is not TOML, nests values more than 8 deep, or has a line of more than
/// 64 dots, it has no node, and an error.
ctoml_document *ctoml_parse(const char *text, size_t length);
void ctoml_free(ctoml_document *document);

/// The first error, terminated; null when there was none.
const char *ctoml_error(const ctoml_document *document);
uint32_t ctoml_error_line(const ctoml_document *document);
uint32_t ctoml_error_column(const ctoml_document *document);

/// The nodes in the order described above. The first is the document's table.
size_t ctoml_node_count(const ctoml_document *document);
/// `index` must be below `ctoml_node_count`.
ctoml_node ctoml_node_at(const ctoml_document *document, size_t index);

#ifdef __cplusplus
}
#endif

#endif
