# Stratified design with a finite population, a lonely PSU, and clusters: R survey on the California school tests.
# Usage: Rscript tests/oracle/api.R OUTFILE.csv
suppressPackageStartupMessages(library(survey))
out <- commandArgs(trailingOnly = TRUE)[1]
strat <- read.csv("tests/oracle/data/apistrat.csv")
clus <- read.csv("tests/oracle/data/apiclus1.csv")

rows <- list()
add <- function(design, variable, domain, estimate, df) {
  rows[[length(rows) + 1]] <<- data.frame(
    design = design, variable = variable, domain = domain,
    value = as.numeric(coef(estimate))[1], se = as.numeric(SE(estimate))[1], df = df
  )
}
both <- function(name, design) {
  for (v in c("api00", "award")) {
    f <- as.formula(paste0("~", v))
    add(name, v, "all", svymean(f, design), degf(design))
    part <- subset(design, sch_wide == 1)
    add(name, v, "sch_wide", svymean(f, part), degf(part))
  }
}
both("strat_fpc", svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat))
both("strat", svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = strat))
both("cluster", svydesign(ids = ~dnum, weights = ~pw, data = clus))
options(survey.lonely.psu = "adjust")
lonely <- rbind(subset(strat, stype != "H"), head(subset(strat, stype == "H"), 1))
both("lonely_adjust", svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = lonely))
options(survey.lonely.psu = "certainty")
both("lonely_certainty", svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = lonely))

result <- do.call(rbind, rows)
for (column in c("value", "se")) result[[column]] <- sprintf("%.15g", result[[column]])
write.csv(result, out, row.names = FALSE, quote = FALSE)
