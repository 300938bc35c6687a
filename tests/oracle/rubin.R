# Rubin's rules by mitools, on copies of the stratified California schools that were completed by random answers.
# Usage: Rscript tests/oracle/rubin.R OUTFILE.csv
# copy: 1..m with value and variance (svymean), or pooled (MIcombine). df_rubin, missinfo: with infinite degrees of
# freedom of the complete data. df_mitools: with those of the design. df: by the formula of Barnard and Rubin (1999),
# observed = c (c + 1) / (c + 3) within / total. mitools 2.4 has within / (within + between) there, without 1/m.
suppressPackageStartupMessages({ library(survey); library(mitools) })
out <- commandArgs(trailingOnly = TRUE)[1]
strat <- read.csv("tests/oracle/data/apistrat.csv")
set.seed(340)

rows <- list()
add <- function(case, copy, value = NA, variance = NA, m = NA, complete = NA, df_rubin = NA, missinfo = NA,
                df_mitools = NA, df = NA) {
  rows[[length(rows) + 1]] <<- data.frame(case, copy, value, variance, m, complete, df_rubin, missinfo, df_mitools, df)
}

pooled <- function(case, m, missing, part = rep(TRUE, nrow(strat))) {
  copies <- lapply(seq_len(m), function(i) {
    made <- strat
    made$api00[missing] <- sample(strat$api00[!missing], sum(missing), replace = TRUE)
    design <- svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = made)
    svymean(~api00, subset(design, part))
  })
  complete <- sum(part) - length(unique(strat$stype[part]))
  for (i in seq_len(m)) add(case, i, coef(copies[[i]])[[1]], vcov(copies[[i]])[1, 1])
  values <- lapply(copies, coef)
  variances <- lapply(copies, function(one) vcov(one)[1, 1, drop = FALSE])
  large <- MIcombine(values, variances)
  small <- MIcombine(values, variances, df.complete = complete)
  within <- mean(unlist(variances))
  total <- large$variance[1, 1]
  observed <- complete * (complete + 1) / (complete + 3) * within / total
  add(case, "pooled", coef(large)[[1]], total, m, complete, large$df[[1]], large$missinfo[[1]], small$df[[1]],
    1 / (1 / large$df[[1]] + 1 / observed))
}

some <- strat$api99 < 500
pooled("low scores, 5 copies", 5, some)
pooled("low scores, 40 copies", 40, some)
pooled("high schools, 3 copies", 3, seq_len(nrow(strat)) %% 4 == 0, strat$stype == "H")
pooled("two answers, 2 copies", 2, seq_len(nrow(strat)) %in% c(10, 150))

result <- do.call(rbind, rows)
for (column in names(result)[-(1:2)]) {
  result[[column]] <- ifelse(is.na(result[[column]]), "", sprintf("%.15g", result[[column]]))
}
write.csv(result, out, row.names = FALSE)
