# Make the extract beside this script from the three full wave files:
#   Rscript make_extract.R SOURCE_FOLDER [OUT_FOLDER]
# Columns are picked, nothing is changed: names, codes, labels, formats and Stata's extended
# missing values stay as they are. The same source gives the same bytes.

suppressPackageStartupMessages(library(haven))

WAVES <- data.frame(
  source = c("gss_panel_wave_1a_2016.dta", "gss_panel_wave_1b_2018.dta", "gss_panel_wave_2_2020.dta"),
  suffix = c("_1a", "_1b", "_2"),
  extract = c("gss_2016.dta", "gss_2018.dta", "gss_2020.dta")
)
COLUMNS <- c("wtssnr", "wrkstat", "satjob", "satfin", "happy", "health",
             "esop", "ownstock", "hrs1", "sex", "degree", "age")

read_bytes <- function(path) readBin(path, "raw", n = file.size(path))

# Where the time stamp of a .dta file (format 118) sits: its 17 bytes follow a length byte.
stamp_at <- function(bytes) {
  head <- bytes[1:400]
  head[head == as.raw(0)] <- as.raw(32)
  start <- regexpr("<timestamp>", rawToChar(head), fixed = TRUE, useBytes = TRUE)
  stopifnot(start > 0, bytes[start + 11] == as.raw(17))
  start + 12:28
}

# haven writes the clock time into the file; put the source's own stamp back.
copy_stamp <- function(from, to) {
  source <- read_bytes(from)
  bytes <- read_bytes(to)
  bytes[stamp_at(bytes)] <- source[stamp_at(source)]
  writeBin(bytes, to)
}

args <- commandArgs(trailingOnly = TRUE)
if (!length(args) %in% 1:2) stop("usage: Rscript make_extract.R SOURCE_FOLDER [OUT_FOLDER]")
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
out <- if (length(args) == 2) args[2] else dirname(script)

for (i in seq_len(nrow(WAVES))) {
  source <- file.path(args[1], WAVES$source[i])
  extract <- file.path(out, WAVES$extract[i])
  wave <- read_dta(source)
  write_dta(wave[c("yearid", paste0(COLUMNS, WAVES$suffix[i]))], extract, version = 14)
  copy_stamp(source, extract)
}
