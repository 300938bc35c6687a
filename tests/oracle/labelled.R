# What R's haven finds in an export with standard missing codes: each code, its label, and whether it is missing.
# Usage: Rscript tests/oracle/labelled.R OUTFILE.csv
suppressPackageStartupMessages(library(haven))
out <- commandArgs(trailingOnly = TRUE)[1]
files <- list(
  sav = read_sav("tests/labelled/data/fixed.sav", user_na = TRUE),
  dta = read_dta("tests/labelled/data/fixed.dta")
)

label_of <- function(x, code, tagged) {
  labels <- attr(x, "labels")
  if (is.null(labels)) return("")
  same <- if (tagged) na_tag(labels) %in% code else !is.na(labels) & as.character(as.numeric(labels)) == code
  if (any(same)) names(labels)[same] else ""
}

rows <- list()
for (format in names(files)) {
  for (name in setdiff(names(files[[format]]), "person")) {
    x <- files[[format]][[name]]
    missing <- is.na(x) # for labelled_spss also the declared range
    tags <- if (is.double(x) && format == "dta") na_tag(x) else rep(NA_character_, length(x))
    raw <- if (inherits(x, "Date")) as.character(x) else as.character(vctrs::vec_data(x))
    code <- ifelse(is.na(tags), ifelse(is.na(raw), "system", raw), tags)
    for (value in sort(unique(code), method = "radix")) {
      these <- code == value
      rows[[length(rows) + 1]] <- data.frame(
        format = format, column = name, code = value, label = label_of(x, value, any(!is.na(tags[these]))),
        missing = all(missing[these]), n = sum(these)
      )
    }
  }
}
write.csv(do.call(rbind, rows), out, row.names = FALSE)
