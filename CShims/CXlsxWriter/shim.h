/* libxlsxwriter: workbooks written row by row. Debian 12 has 1.1.4, Debian 13 has 1.2.1. */
#pragma once

#include <xlsxwriter.h>

/* A workbook that holds one row in memory, with its temporary files in `folder`; NULL without memory. It keeps copies of both texts. */
static inline lxw_workbook *cxlsxwriter_open(const char *path, const char *folder) {
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = (char *)folder};
    return workbook_new_opt(path, &options);
}
