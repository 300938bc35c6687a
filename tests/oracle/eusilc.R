# Quantiles with Woodruff's intervals (R survey) and Eurostat's poverty and inequality statistics (R laeken).
# Usage: Rscript tests/oracle/eusilc.R OUTFILE.csv
#
# case     strat_fpc, strat, cluster_fpc, cluster, srs, srs_ones: api00 of the California schools; srs_ones has weights
#          of 1, with which F hits p exactly in floating point too; eusilc: income of synthetic Austria, persons drawn
#          within regions; eusilc_unweighted: the same without weights
# quantity quantile_RULE as survey's qrule; arpt, arpr, qsr, gini, rmpg and weighted_quantile as in laeken
# category for a quantile the interval type; else the region or sex, or all
# p        order of the quantile, or the share of the median that is the threshold
# value    laeken's percentages are divided by 100
suppressPackageStartupMessages({
  library(survey)
  library(laeken)
})
out <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(paste0("tests/oracle/data/", name, ".csv"))

rows <- list()
add <- function(case, quantity, category, p, value, n, se = NA, lo = NA, hi = NA) {
  rows[[length(rows) + 1]] <<- data.frame(
    case = case, quantity = quantity, category = category, p = p,
    value = value, se = se, lo = lo, hi = hi, n = n
  )
}

quantiles <- function(case, formula, design, rules, orders) {
  for (rule in rules) {
    for (interval in c("mean", "beta", "xlogit")) {
      for (p in orders) {
        q <- as.matrix(svyquantile(formula, design, p, qrule = rule, interval.type = interval)[[1]])
        add(case, paste0("quantile_", rule), interval, p, q[, "quantile"], nrow(design),
            q[, "se"], q[, "ci.2.5"], q[, "ci.97.5"])
      }
    }
  }
}
rules <- c("math", "school", "hf6", "hf7")
orders <- c(0.1, 0.25, 0.5, 0.75, 0.9)
strat <- read("apistrat")
clus <- read("apiclus1")
srs <- read("apisrs")
srs$one <- 1
designs <- list(
  strat_fpc = svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat),
  strat = svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = strat),
  cluster_fpc = svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = clus),
  cluster = svydesign(ids = ~dnum, weights = ~pw, data = clus),
  srs = svydesign(ids = ~1, weights = ~pw, fpc = ~fpc, data = srs),
  srs_ones = svydesign(ids = ~1, weights = ~one, data = srs)
)
for (name in names(designs)) quantiles(name, ~api00, designs[[name]], rules, orders)

eusilc <- read("eusilc")
persons <- svydesign(ids = ~1, strata = ~db040, weights = ~rb050, data = eusilc)
quantiles("eusilc", ~eqIncome, persons, "math", 0.5)

laeken_of <- function(case, weights) {
  income <- eusilc$eqIncome
  n <- nrow(eusilc)
  groups <- list(eusilc$db040, eusilc$rb090)
  both <- function(quantity, statistic, scale, p = NA) {
    add(case, quantity, "all", p, statistic(NULL)$value / scale, n)
    for (group in groups) {
      by <- statistic(group)$valueByStratum
      add(case, quantity, as.character(by$stratum), p, by$value / scale, as.vector(table(group)[by$stratum]))
    }
  }
  for (p in c(0.05, 0.1, 0.2, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95)) {
    add(case, "weighted_quantile", "all", p, weightedQuantile(income, weights, p), n)
  }
  for (p in c(0.4, 0.5, 0.6, 0.7)) {
    add(case, "arpt", "all", p, arpt(income, weights, p = p), n)
    both("arpr", function(by) arpr(income, weights, breakdown = by, p = p), 100, p)
  }
  both("qsr", function(by) qsr(income, weights, breakdown = by), 1)
  both("gini", function(by) gini(income, weights, breakdown = by), 100)
  both("rmpg", function(by) rmpg(income, weights, breakdown = by), 100, 0.6)
}
laeken_of("eusilc", eusilc$rb050)
laeken_of("eusilc_unweighted", NULL)

result <- do.call(rbind, rows)
for (column in c("value", "se", "lo", "hi")) {
  result[[column]] <- ifelse(is.na(result[[column]]), "", sprintf("%.15g", result[[column]]))
}
write.csv(result, out, row.names = FALSE, quote = FALSE, na = "")
