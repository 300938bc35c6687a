# Post-stratification, raking, calibration, trimming and response propensity: R survey on the California school tests,
# weighted to all 6,194 schools. Weights of every school, and the errors that R gives estimates with such weights.
# Usage: Rscript tests/oracle/weighting.R OUTFILE.csv
suppressPackageStartupMessages(library(survey))
out <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(paste0("tests/oracle/data/", name, ".csv"))
strat <- read("apistrat")
clus <- read("apiclus1")
stopifnot(!anyDuplicated(strat$snum), !anyDuplicated(clus$snum))
margin <- function(name) {
  people <- read(name)
  names(people)[names(people) == "people"] <- "Freq"
  people[setdiff(names(people), c("wave", "source", "date"))]
}
stype <- margin("apipop_stype")
sch_wide <- margin("apipop_sch_wide")
both <- margin("apipop_stype_sch_wide")
all <- with(read("apipop_totals"), setNames(total, variable))
totals <- c(all["schools"], stype$Freq[stype$stype == "H"], stype$Freq[stype$stype == "M"], all["api99"])
names(totals) <- c("(Intercept)", "stypeH", "stypeM", "api99")

rows <- list()
add <- function(design, method, what, variable, domain, value, se = NA) {
  rows[[length(rows) + 1]] <<- data.frame(
    design = design, method = method, what = what, variable = variable, domain = domain, value = value, se = se
  )
}
# one row a school, named by its number
each <- function(name, method, what, design, value = weights(design)) {
  add(name, method, what, design$variables$snum, "", as.numeric(value))
}
of_domains <- function(name, method, what, variable, design, statistic) {
  f <- as.formula(paste0("~", variable))
  whole <- statistic(f, design)
  add(name, method, what, variable, "all", as.numeric(coef(whole)), as.numeric(SE(whole)))
  parts <- svyby(f, ~stype, design, statistic)
  add(name, method, what, variable, as.character(parts$stype), as.numeric(coef(parts)), as.numeric(SE(parts)))
}
estimates <- function(name, method, design) {
  of_domains(name, method, "mean", "api00", design, svymean)
  of_domains(name, method, "total", "enroll", design, svytotal)
}
weighted <- function(name, method, design) {
  each(name, method, "weight", design)
  estimates(name, method, design)
}

designs <- list(
  strat_fpc = svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat),
  cluster = svydesign(ids = ~dnum, weights = ~pw, data = clus)
)
# bounds that bite: some schools end on them
bounds <- list(strat_fpc = c(0.97, 1.03), cluster = c(0.5, 1.7))
# limits that bite; for the clusters R cuts and spreads some twenty times
limits <- list(strat_fpc = c(18, 36), cluster = c(30.5, 39))
for (name in names(designs)) {
  base <- designs[[name]]
  estimates(name, "base", base)
  weighted(name, "post_stratified", postStratify(base, ~ stype + sch_wide, both))
  # by default R stops raking when cells move by less than one school
  precise <- list(epsilon = 1e-12, maxit = 200)
  raked <- rake(base, list(~stype, ~sch_wide), list(stype, sch_wide), control = precise)
  weighted(name, "raked", raked)
  # and Newton when totals are right to 1e-7; one step more is right to the last digits
  greg <- function(...) calibrate(base, ~ stype + api99, totals, epsilon = 1e-11, ...)
  weighted(name, "linear", greg(calfun = "linear"))
  weighted(name, "raking", greg(calfun = "raking"))
  weighted(name, "logit", greg(calfun = "logit", bounds = bounds[[name]]))
  weighted(name, "linear_bounded", greg(calfun = "linear", bounds = bounds[[name]]))
  # the same weights, and other errors: R's residuals are weighted after calibrate and unweighted after rake
  marginal <- setNames(c(totals[1:3], sch_wide$Freq[sch_wide$sch_wide == 1]), c(names(totals)[1:3], "sch_wide"))
  to_margins <- calibrate(base, ~ stype + sch_wide, marginal, calfun = "raking", epsilon = 1e-11)
  weighted(name, "raking_to_margins", to_margins)
  each(name, "raked_trimmed", "weight", trimWeights(raked, limits[[name]][2], limits[[name]][1], strict = TRUE))

  # schools with an award stand for people who answered
  model <- svyglm(award ~ stype + meals, base, family = quasibinomial(), epsilon = 1e-14)
  base <- update(base, p = fitted(model))
  each(name, "logistic", "propensity", base, base$variables$p)
  cuts <- coef(svyquantile(~p, base, c(0.2, 0.4, 0.6, 0.8), ci = FALSE, qrule = "math"))
  base <- update(base, class = as.integer(cut(p, c(-Inf, cuts, Inf))))
  each(name, "logistic", "class", base, base$variables$class)
  rates <- svyby(~award, ~class, base, svymean)
  each(name, "logistic", "class_rate", base, rates$award[base$variables$class])
}

result <- do.call(rbind, rows)
for (column in c("value", "se")) {
  result[[column]] <- ifelse(is.na(result[[column]]), "", sprintf("%.15g", result[[column]]))
}
write.csv(result, out, row.names = FALSE, quote = FALSE)
