# Replicate weights that come with a file: jackknife, BRR, Fay and bootstrap with R survey.
# From the root of the repository: Rscript tests/oracle/replicates.R OUTFILE.csv
suppressPackageStartupMessages(library(survey))
out <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(paste0("tests/oracle/data/", name))
strat <- read("apistrat.csv")
clus1 <- read("apiclus1.csv")
srs <- read("apisrs.csv")

# How the weights were made, which are read from data/ below: 40 schools in 20 pairs that stand in for strata of two
# PSUs, and 15 districts drawn again and again. Weights are multipliers, one row a school (pairs) or a district.
pairs_of <- function() {
  pairs <- srs[order(srs$dnum, srs$snum), ][1:40, ]
  pairs$pair <- rep(1:20, each = 2)
  pairs
}
multipliers <- function(design, type, ...) {
  made <- unclass(as.matrix(as.svrepdesign(design, type = type, compress = FALSE, ...)$repweights))
  colnames(made) <- paste0(type, seq_len(ncol(made)))
  made
}
make_pairs <- function() {
  pairs <- pairs_of()
  design <- svydesign(ids = ~1, strata = ~pair, weights = ~pw, data = pairs)
  data.frame(pairs["snum"], pair = pairs$pair, multipliers(design, "BRR"), multipliers(design, "Fay", fay.rho = 0.3))
}
make_districts <- function() {
  set.seed(20250703)
  simple <- svydesign(ids = ~dnum, weights = ~pw, data = clus1)
  finite <- svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = clus1)
  drawn <- cbind(
    multipliers(simple, "subbootstrap", replicates = 60), multipliers(finite, "bootstrap", replicates = 60)
  )
  first <- !duplicated(clus1$dnum)
  data.frame(clus1[first, "dnum", drop = FALSE], drawn[first, ])
}
same <- function(a, b) isTRUE(all.equal(a, b, check.attributes = FALSE, tolerance = 1e-11))
pairs <- read("repw_pairs.csv")
districts <- read("repw_districts.csv")
stopifnot(same(pairs, make_pairs()), same(districts, make_districts()))
jk1 <- read("repw_jk1_clus1.csv.gz")
jkn <- read("repw_jkn_strat.csv.gz")
weights_of <- function(data) as.matrix(data[grep("^rw", names(data))])
by_design <- function(design, type) as.matrix(weights(as.svrepdesign(design, type = type), "analysis"))
stopifnot(
  same(weights_of(jk1), by_design(svydesign(ids = ~dnum, weights = ~pw, data = clus1), "JK1")),
  same(weights_of(jkn), by_design(svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = strat), "JKn"))
)

given <- function(data, weight, replicates, type, ...) {
  svrepdesign(data = data, weights = weight, repweights = replicates, type = type, combined.weights = TRUE, ...)
}
# each replicate leaves out one school, of a stratum of 100 or 50
left_out <- apply(weights_of(jkn) == 0, 2, which)
size <- as.numeric(table(strat$stype)[strat$stype])[left_out]
paired <- merge(pairs["snum"], srs, sort = FALSE)
stopifnot(identical(paired$snum, pairs$snum))
columns <- function(data, name) as.matrix(data[grep(paste0("^", name, "[0-9]"), names(data))])
of_districts <- function(name) columns(districts, name)[match(clus1$dnum, districts$dnum), ] * clus1$pw
designs <- list(
  jk1 = given(clus1, jk1$pw, weights_of(jk1), "JK1", scale = 14 / 15),
  jk1_mse = given(clus1, jk1$pw, weights_of(jk1), "JK1", scale = 14 / 15, mse = TRUE),
  jkn = given(strat, jkn$pw, weights_of(jkn), "JKn", scale = 1, rscales = (size - 1) / size),
  jkn_mse = given(strat, jkn$pw, weights_of(jkn), "JKn", scale = 1, rscales = (size - 1) / size, mse = TRUE),
  brr = given(paired, paired$pw, columns(pairs, "BRR") * paired$pw, "BRR"),
  brr_mse = given(paired, paired$pw, columns(pairs, "BRR") * paired$pw, "BRR", mse = TRUE),
  fay = given(paired, paired$pw, columns(pairs, "Fay") * paired$pw, "Fay", rho = 0.3),
  subbootstrap = given(clus1, clus1$pw, of_districts("subbootstrap"), "bootstrap"),
  bootstrap = given(clus1, clus1$pw, of_districts("bootstrap"), "bootstrap"),
  bootstrap_mse = given(clus1, clus1$pw, of_districts("bootstrap"), "bootstrap", mse = TRUE)
)

rows <- list()
add <- function(design, quantity, variable, domain, value, se = NA, df = NA) {
  rows[[length(rows) + 1]] <<- data.frame(
    design = design, quantity = quantity, variable = variable, domain = domain,
    value = as.numeric(value), se = as.numeric(se), df = unname(df)
  )
}
types <- c("E", "H", "M")
for (name in names(designs)) {
  design <- designs[[name]]
  stopifnot(degf(design) == qr(weights(design, "analysis"), tol = 1e-5)$rank - 1)
  part <- lapply(setNames(types, types), function(s) design[design$variables$stype == s, ])
  df <- c(all = degf(design), sapply(part, degf))
  both <- svymean(~ api99 + api00, design)
  add(name, "mean", c("api99", "api00"), "all", coef(both), SE(both), df["all"])
  add(name, "cov_mean", "api99", "api00", vcov(both)[1, 2])
  total <- svytotal(~enroll, design)
  add(name, "total", "enroll", "all", coef(total), SE(total), df["all"])
  rate <- svyratio(~api_stu, ~enroll, design)
  add(name, "ratio", "api_stu/enroll", "all", coef(rate), SE(rate), df["all"])
  for (s in types) {
    # R leaves out replicates in which nobody of the domain is left, and says so
    mean <- suppressWarnings(svymean(~api00, part[[s]]))
    add(name, "mean", "api00", s, coef(mean), SE(mean), df[s])
    total <- svytotal(~enroll, part[[s]])
    add(name, "total", "enroll", s, coef(total), SE(total), df[s])
    rate <- suppressWarnings(svyratio(~api_stu, ~enroll, part[[s]]))
    add(name, "ratio", "api_stu/enroll", s, coef(rate), SE(rate), df[s])
  }
  if (name != "fay") {
    shares <- svymean(~stype, design)
    add(name, "share", "stype", types, coef(shares), SE(shares))
    for (pair in list(c(1, 2), c(1, 3), c(2, 3))) {
      add(name, "cov_share", types[pair[1]], types[pair[2]], vcov(shares)[pair[1], pair[2]])
    }
  }
  # The replicates of the quantile itself: wrong for a jackknife, as R warns. Where districts of equal weights are drawn
  # again the weight up to a school is often one half exactly, and which side R takes then is rounding: so no median.
  p <- if (grepl("bootstrap", name)) 0.47 else 0.5
  for (rule in c("math", "hf7")) {
    quantile <- suppressWarnings(svyquantile(~api00, design, p, qrule = rule, interval.type = "quantile"))
    add(name, paste0("quantile_", rule), p, "all", coef(quantile), SE(quantile))
  }
}

result <- do.call(rbind, rows)
for (column in c("value", "se")) {
  result[[column]] <- ifelse(is.na(result[[column]]), "", sprintf("%.15g", result[[column]]))
}
write.csv(result, out, row.names = FALSE, quote = FALSE, na = "")
