# Intervals of shares and quantiles by R survey, and exact intervals and tests of base R, on the California schools.
# Usage: Rscript tests/oracle/intervals.R OUTFILE.csv
# kind: share (svyciprop; value and se by svymean), quantile (svyquantile; share and se are those of P(y <= q)), exact.
suppressPackageStartupMessages(library(survey))
out <- commandArgs(trailingOnly = TRUE)[1]
strat <- read.csv("tests/oracle/data/apistrat.csv")
clus <- read.csv("tests/oracle/data/apiclus1.csv")
srs <- read.csv("tests/oracle/data/apisrs.csv")

rows <- list()
add <- function(kind, case, method, n = NA, df = NA, value = NA, share = NA, se = NA, low = NA, high = NA, p = NA,
                value_se = NA) {
  rows[[length(rows) + 1]] <<- data.frame(kind, case, method, n, df, value, share, se, low, high, p, value_se)
}

designs <- list(
  strat = svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat),
  strat_nofpc = svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = strat),
  clus1 = svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = clus),
  clus1_nofpc = svydesign(ids = ~dnum, weights = ~pw, data = clus),
  srs = svydesign(ids = ~1, weights = ~pw, fpc = ~fpc, data = srs)
)

shares <- function(case, design, y) {
  design <- update(design, y = y)
  m <- svymean(~y, design)
  for (method in c("mean", "xlogit", "beta", "asin")) {
    # where all answers are equal R has no interval, or fails
    ends <- tryCatch(
      as.numeric(confint(suppressWarnings(svyciprop(~y, design, method = method)))),
      error = function(e) c(NaN, NaN)
    )
    add("share", case, method, nrow(design), degf(design), coef(m)[[1]], coef(m)[[1]], SE(m)[[1]], ends[1], ends[2])
  }
}
for (name in names(designs)) {
  design <- designs[[name]]
  data <- design$variables
  shares(paste0(name, "-ell0"), design, as.numeric(data$ell == 0))
  shares(paste0(name, "-sch_wide"), design, data$sch_wide)
  part <- subset(design, stype == "H")
  shares(paste0(name, "-award-H"), part, part$variables$award)
  part <- subset(design, ell == 0)
  shares(paste0(name, "-all"), part, as.numeric(part$variables$ell == 0))
  part <- subset(design, ell > 0)
  shares(paste0(name, "-none"), part, as.numeric(part$variables$ell == 0))
}

for (name in names(designs)) {
  design <- designs[[name]]
  for (rule in c("math", "school", "hf6", "hf7")) for (type in c("mean", "xlogit", "beta")) {
    probabilities <- c(0.1, 0.25, 0.5, 0.75, 0.9)
    found <- svyquantile(~api00, design, probabilities, qrule = rule, interval.type = type)$api00
    for (i in seq_along(probabilities)) {
      m <- svymean(as.numeric(design$variables$api00 <= found[i, "quantile"]), design)
      # the columns of the answer: quantile, low, high, se; p holds the probability of the quantile
      add("quantile", paste0(name, "-", rule), type, nrow(design), degf(design), found[i, 1], coef(m)[[1]],
        SE(m)[[1]], found[i, 2], found[i, 3], probabilities[i], found[i, 4])
    }
  }
}

# binomial: schools without English learners of a type, and small made-up counts
counts <- list(c(6, 50), c(4, 100), c(0, 8), c(1, 8), c(8, 8), c(5, 20), c(30, 60))
for (k in counts) {
  ends <- binom.test(k[1], k[2])$conf.int
  add("exact", paste(k, collapse = " of "), "binomial", k[2], value = k[1], low = ends[1], high = ends[2])
}
# hypergeometric: the numbers of people with the trait that neither tail of phyper excludes
for (k in list(c(0, 8, 10), c(1, 8, 10), c(8, 8, 10), c(5, 20, 25), c(3, 20, 50), c(30, 60, 75), c(6, 50, 755), c(7, 7, 7))) {
  possible <- 0:k[3]
  kept <- phyper(k[1], possible, k[3] - possible, k[2]) > 0.025 &
    phyper(k[1] - 1, possible, k[3] - possible, k[2], lower.tail = FALSE) > 0.025
  ends <- range(possible[kept]) / k[3]
  add("exact", paste(k, collapse = " of "), "hypergeometric", k[2], value = k[1], low = ends[1], high = ends[2])
}
# fisher: awards of high against middle schools, and small tables
for (k in list(c(sum(strat$award[strat$stype == "H"]), 50, sum(strat$award[strat$stype == "M"]), 50),
               c(1, 8, 6, 8), c(0, 5, 5, 5), c(3, 7, 11, 13), c(0, 4, 0, 9))) {
  test <- fisher.test(matrix(c(k[1], k[2] - k[1], k[3], k[4] - k[3]), 2))
  add("exact", paste(k, collapse = " "), "fisher", k[2] + k[4], p = test$p.value)
}
# mcnemar: met the school-wide target, not the award, and the reverse; and small counts
for (k in list(c(sum(srs$sch_wide > srs$award), sum(srs$sch_wide < srs$award)), c(5, 0), c(2, 9), c(1, 1), c(7, 6))) {
  add("exact", paste(k, collapse = " up "), "mcnemar", sum(k), p = binom.test(k[1], sum(k))$p.value)
}
# sign and signed rank: growth of the high schools among the simple sample. Without ties R is exact. With ties the
# 2^n ways to give signs are counted here one by one, for the first ten schools, growth rounded to tens.
growth <- with(srs[srs$stype == "H", ], api00 - api99)
add("exact", "srs H", "sign", sum(growth != 0), p = binom.test(sum(growth > 0), sum(growth != 0))$p.value)
untied <- growth[growth != 0 & !duplicated(abs(growth))]
add("exact", "srs H untied", "signed_rank", length(untied), p = wilcox.test(untied, exact = TRUE)$p.value)
tied <- round(growth[1:10], -1)
tied <- tied[tied != 0]
ranks <- rank(abs(tied))
sums <- as.matrix(expand.grid(rep(list(0:1), length(tied)))) %*% ranks
up <- sum(ranks[tied > 0])
add("exact", "srs H tied", "signed_rank", length(tied), p = min(1, 2 * min(mean(sums <= up), mean(sums >= up))))

result <- do.call(rbind, rows)
for (column in c("value", "share", "se", "low", "high", "p", "value_se")) {
  result[[column]] <- ifelse(is.na(result[[column]]) & !is.nan(result[[column]]), "", sprintf("%.15g", result[[column]]))
}
for (column in c("n", "df")) result[[column]] <- ifelse(is.na(result[[column]]), "", result[[column]])
write.csv(result, out, row.names = FALSE, quote = FALSE)
