#include "ctoml.h"

#include <string>
#include <string_view>
#include <vector>

// No exception may cross into Swift; a parse result says what went wrong.
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 8
// Of what its parser asserts, a document such as `[=` makes some untrue (tomlplusplus pull request 301); the error is found right
// behind it. Not by NDEBUG, which makes them assumptions that the optimiser relies on.
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

struct ctoml_document {
    toml::table root;
    std::vector<ctoml_node> nodes;
    std::string error;
    toml::source_position error_position{};
};

namespace {

// toml++ bounds the nesting of values but not that of dotted keys, and frees what it made by recursion:
// a long enough line of `a.a.a.` would exhaust the stack.
constexpr int maximum_dots = 64;

/// 0 when no line has too many.
uint32_t line_with_too_many_dots(std::string_view text) {
    uint32_t line = 1;
    int dots = 0;
    for (char character : text) {
        if (character == '\n') {
            line++;
            dots = 0;
        } else if (character == '.' && ++dots > maximum_dots) {
            return line;
        }
    }
    return 0;
}

// Nesting is bounded by `maximum_dots` and TOML_MAX_NESTED_VALUES, and so is this recursion.
void flatten(std::vector<ctoml_node> &nodes, const toml::node &node, std::string_view key, toml::source_position position) {
    ctoml_node flat{};
    flat.line = position.line;
    flat.column = position.column;
    flat.key = key.data();
    flat.key_length = key.size();

    if (const auto *table = node.as_table()) {
        flat.type = CTOML_TABLE;
        flat.count = static_cast<uint32_t>(table->size());
        nodes.push_back(flat);
        for (const auto &[name, child] : *table)
            flatten(nodes, child, name.str(), name.source().begin);
        return;
    }
    if (const auto *array = node.as_array()) {
        flat.type = CTOML_ARRAY;
        flat.count = static_cast<uint32_t>(array->size());
        nodes.push_back(flat);
        for (const auto &child : *array)
            flatten(nodes, child, {}, child.source().begin);
        return;
    }
    if (const auto *text = node.as_string()) {
        flat.type = CTOML_STRING;
        flat.text = text->get().data();
        flat.text_length = text->get().size();
    } else if (const auto *integer = node.as_integer()) {
        flat.type = CTOML_INTEGER;
        flat.integer = integer->get();
    } else if (const auto *number = node.as_floating_point()) {
        flat.type = CTOML_FLOAT;
        flat.number = number->get();
    } else if (const auto *boolean = node.as_boolean()) {
        flat.type = CTOML_BOOLEAN;
        flat.boolean = boolean->get();
    } else {
        flat.type = CTOML_TIME;
    }
    nodes.push_back(flat);
}

}  // namespace

ctoml_document *ctoml_parse(const char *text, size_t length) {
    auto *document = new ctoml_document;
    const std::string_view view{text, length};
    if (uint32_t line = line_with_too_many_dots(view)) {
        document->error = "more than 64 dots in one line";
        document->error_position = {line, 1};
        return document;
    }
    toml::parse_result result = toml::parse(view);
    if (result.failed()) {
        document->error = std::string{result.error().description()};
        document->error_position = result.error().source().begin;
    } else {
        document->root = std::move(result).table();
        flatten(document->nodes, document->root, {}, document->root.source().begin);
    }
    return document;
}

void ctoml_free(ctoml_document *document) { delete document; }

const char *ctoml_error(const ctoml_document *document) {
    return document->error.empty() ? nullptr : document->error.c_str();
}

uint32_t ctoml_error_line(const ctoml_document *document) { return document->error_position.line; }
uint32_t ctoml_error_column(const ctoml_document *document) { return document->error_position.column; }

size_t ctoml_node_count(const ctoml_document *document) { return document->nodes.size(); }
ctoml_node ctoml_node_at(const ctoml_document *document, size_t index) { return document->nodes[index]; }
