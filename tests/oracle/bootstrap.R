# Rescaling bootstrap with R survey: as.svrepdesign(type = "subbootstrap"), 2,000 replicates, a fixed seed.
# Usage: Rscript tests/oracle/bootstrap.R OUTFILE.csv
#
# case       cluster: districts of the California schools; strat: schools within types; no finite population.
#            eusilc: income of synthetic Austria, households within regions
# statistic  mean of api00 or eqIncome, total of enroll, ratio of meals to api99; gini and poverty_rate are defined here
# domain     schools that met their target, or a sex
# linearised svymean's error, where survey has one
suppressPackageStartupMessages(library(survey))
out <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(paste0("tests/oracle/data/", name, ".csv"))
replicates <- 2000

rows <- list()
add <- function(case, statistic, domain, estimate, linearised = NULL) {
  rows[[length(rows) + 1]] <<- data.frame(
    case = case, statistic = statistic, domain = domain, value = as.numeric(coef(estimate))[1],
    se = as.numeric(SE(estimate))[1], linearised = if (is.null(linearised)) NA else as.numeric(SE(linearised))[1]
  )
}
resampled <- function(design) {
  set.seed(1988)
  as.svrepdesign(design, type = "subbootstrap", replicates = replicates)
}
schools <- function(case, design) {
  again <- resampled(design)
  for (domain in c("all", "sch_wide")) {
    one <- if (domain == "all") design else subset(design, sch_wide == 1)
    many <- if (domain == "all") again else subset(again, sch_wide == 1)
    add(case, "mean", domain, svymean(~api00, many), svymean(~api00, one))
    add(case, "total", domain, svytotal(~enroll, many), svytotal(~enroll, one))
    add(case, "ratio", domain, svyratio(~meals, ~api99, many), svyratio(~meals, ~api99, one))
  }
}
schools("cluster", svydesign(ids = ~dnum, weights = ~pw, data = read("apiclus1")))
schools("strat", svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = read("apistrat")))

eusilc <- read("eusilc")
eusilc <- eusilc[order(eusilc$eqIncome), ]
persons <- svydesign(ids = ~db030, strata = ~db040, weights = ~rb050, data = eusilc)
again <- resampled(persons)
gini <- function(w, data, inside) { # subset() of a replicate design takes as long as all the rest
  w <- w[inside]
  income <- w * data$eqIncome[inside]
  sum(income * (2 * cumsum(w) - w)) / (sum(w) * sum(income)) - 1
}
poverty <- function(w, data) {
  median <- data$eqIncome[which(cumsum(w) >= sum(w) / 2)[1]]
  sum(w[data$eqIncome < 0.6 * median]) / sum(w)
}
add("eusilc", "mean", "all", svymean(~eqIncome, again), svymean(~eqIncome, persons))
add("eusilc", "gini", "all", withReplicates(again, gini, inside = TRUE))
for (sex in c("female", "male")) {
  add("eusilc", "gini", sex, withReplicates(again, gini, inside = eusilc$rb090 == sex))
}
add("eusilc", "poverty_rate", "all", withReplicates(again, poverty))

result <- do.call(rbind, rows)
for (column in c("value", "se", "linearised")) {
  result[[column]] <- ifelse(is.na(result[[column]]), "", sprintf("%.15g", result[[column]]))
}
write.csv(result, out, row.names = FALSE, quote = FALSE, na = "")
