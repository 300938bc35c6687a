# Samples of one, two and three stages, finite populations, domains, lonely PSUs, design effects and changes with R
# survey, on the California school tests. From the root of the repository: Rscript tests/oracle/designs.R OUTFILE.csv
suppressPackageStartupMessages(library(survey))
out <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(paste0("tests/oracle/data/", name, ".csv"))
strat <- read("apistrat")
clus1 <- read("apiclus1")
srs <- read("apisrs")
clus2 <- read("apiclus2")

# Three stages: counties within two strata of size, districts within them, schools within those by level. How the
# extract apistages.csv was drawn from all schools; the seed gives the same sample in every R since 3.6.
draw_stages <- function() {
  loaded <- new.env()
  data(api, package = "survey", envir = loaded)
  all <- loaded$apipop[!is.na(loaded$apipop$enroll), ]
  all$level <- ifelse(all$stype == "E", "elementary", "other")
  all$large <- ifelse(ave(all$snum, all$cnum, FUN = length) >= 60, "large", "small")
  set.seed(20250703)
  pick <- function(labels, most) {
    labels <- sort(unique(labels))
    labels[sample.int(length(labels), min(most, length(labels)))]
  }
  parts <- list()
  for (large in c("large", "small")) {
    counties <- all[all$large == large, ]
    for (cnum in pick(counties$cnum, 7)) {
      county <- counties[counties$cnum == cnum, ]
      for (dnum in pick(county$dnum, 4)) {
        district <- county[county$dnum == dnum, ]
        for (level in sort(unique(district$level))) {
          schools <- district[district$level == level, ]
          taken <- schools[schools$snum %in% pick(schools$snum, 2), ]
          parts[[length(parts) + 1]] <- data.frame(
            taken[c("snum", "cnum", "dnum", "large", "level", "stype", "api00", "api99", "enroll")],
            api_stu = taken$api.stu, fpc1 = length(unique(counties$cnum)), fpc2 = length(unique(county$dnum)),
            fpc3 = nrow(schools)
          )
        }
      }
    }
  }
  sample <- do.call(rbind, parts)
  sample$pw <- with(sample, (fpc1 / 7) * (fpc2 / pmin(fpc2, 4)) * (fpc3 / pmin(fpc3, 2)))
  sample$stype <- as.character(sample$stype)
  rownames(sample) <- NULL
  sample
}
stages <- read("apistages")
stopifnot(isTRUE(all.equal(stages, draw_stages(), check.attributes = FALSE)))
stages$one <- 1

rows <- list()
add <- function(design, quantity, variable, domain, value, se = NA, df = NA) {
  rows[[length(rows) + 1]] <<- data.frame(
    design = design, quantity = quantity, variable = variable, domain = domain,
    value = as.numeric(value), se = as.numeric(se), df = df
  )
}
f <- function(variable) as.formula(paste0("~", variable))
covariances <- function(name, quantity, labels, estimate) {
  v <- vcov(estimate)
  for (i in seq_along(labels)) for (j in seq_along(labels)[seq_along(labels) < i]) {
    add(name, paste0("cov_", quantity), labels[j], labels[i], v[i, j])
  }
}
whole_and_parts <- function(name, quantity, variable, design, statistic, ...) {
  known <- subset(design, !is.na(design$variables[[variable]]))
  whole <- statistic(f(variable), known, ...)
  add(name, quantity, variable, "all", coef(whole), SE(whole), degf(known))
  # strata that lose all but one school to missing answers are no lonely PSUs: domains of the whole design
  parts <- svyby(f(variable), ~stype, known, statistic, covmat = TRUE, ...)
  df <- sapply(as.character(parts$stype), function(s) degf(known[known$variables$stype == s, ]))
  add(name, quantity, variable, as.character(parts$stype), coef(parts), SE(parts), df)
  covariances(name, paste(quantity, variable, sep = "_"), as.character(parts$stype), parts)
}
ratios <- function(name, design) {
  known <- subset(design, !is.na(enroll))
  whole <- svyratio(~api_stu, ~enroll, known)
  add(name, "ratio", "api_stu/enroll", "all", coef(whole), SE(whole))
  parts <- svyby(~api_stu, ~stype, known, svyratio, denominator = ~enroll)
  add(name, "ratio", "api_stu/enroll", as.character(parts$stype), coef(parts), SE(parts))
}
estimates <- function(name, design, more = c()) {
  for (v in c("api00", more)) whole_and_parts(name, "mean", v, design, svymean)
  whole_and_parts(name, "total", "enroll", design, svytotal)
  ratios(name, design)
  both <- svymean(~ api99 + api00, design)
  add(name, "mean", "api99", "all", coef(both)[1], SE(both)[1], degf(design))
  covariances(name, "mean", c("api99", "api00"), both)
  change <- svycontrast(both, c(-1, 1))
  add(name, "change", "api99->api00", "all", coef(change), SE(change), degf(design))
  limits <- confint(both, df = degf(design))
  add(name, "t_low", "api00", "all", limits[2, 1])
  add(name, "t_high", "api00", "all", limits[2, 2])
  for (statistic in c("share", "count")) {
    parts <- (if (statistic == "share") svymean else svytotal)(~stype, design)
    add(name, statistic, "stype", sub("stype", "", names(coef(parts))), coef(parts), SE(parts))
    covariances(name, statistic, sub("stype", "", names(coef(parts))), parts)
  }
  for (kind in list(TRUE, "replace")) {
    kindly <- function(estimate) as.numeric(deff(estimate))
    label <- if (isTRUE(kind)) "deff_without" else "deff_replace"
    add(name, label, "mean api00", "all", kindly(svymean(~api00, design, deff = kind)))
    add(name, label, "total api00", "all", kindly(svytotal(~api00, design, deff = kind)))
    add(name, label, "mean api00", "H", kindly(svymean(~api00, subset(design, stype == "H"), deff = kind)))
  }
}

more <- c("sch_wide", "acs_46")
estimates("strat_fpc", svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat), more)
estimates("strat", svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = strat), more)
estimates("clus1_fpc", svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = clus1), more)
estimates("clus1", svydesign(ids = ~dnum, weights = ~pw, data = clus1), more)
estimates("srs_fpc", svydesign(ids = ~1, weights = ~pw, fpc = ~fpc, data = srs), more)
estimates("srs", svydesign(ids = ~1, weights = ~pw, data = srs), more)
estimates("clus2_fpc", svydesign(ids = ~ dnum + snum, weights = ~pw, fpc = ~ fpc1 + fpc2, data = clus2), more)
estimates("clus2", svydesign(ids = ~dnum, weights = ~pw, data = clus2), more)
estimates("stages_fpc", svydesign(
  ids = ~ cnum + dnum + snum, strata = ~ large + one + level, weights = ~pw, fpc = ~ fpc1 + fpc2 + fpc3,
  nest = TRUE, data = stages
))
estimates("stages", svydesign(ids = ~cnum, strata = ~large, weights = ~pw, nest = TRUE, data = stages))

# One school left of a stratum (M by its first). A total under `adjust` is another number in survey 4.1 and 4.5.
lonely <- rbind(strat[strat$stype != "M", ], head(strat[strat$stype == "M", ], 1))
# and a stratum whose only school is also the only one there is: it was drawn with certainty, and has no error
certain <- lonely
certain$fpc[certain$stype == "M"] <- 1
certain$pw[certain$stype == "M"] <- 1
second <- clus2[!is.na(clus2$enroll), ]
alone <- second$fpc2 == 1
second[alone, c("fpc2", "pw")] <- cbind(3, 3 * second$pw[alone])
for (option in c("adjust", "certainty", "remove", "average")) {
  options(survey.lonely.psu = option)
  designs <- list(
    lonely = svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = lonely),
    lonely_fpc = svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = lonely),
    certain_fpc = svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = certain)
  )
  # districts of one sampled school that are said to have three: lonely at the second stage. R has no `average` there,
  # and what 4.1 does under `adjust` is said above
  if (option %in% c("certainty", "remove")) {
    designs$second_fpc <- svydesign(ids = ~ dnum + snum, weights = ~pw, fpc = ~ fpc1 + fpc2, data = second)
  }
  for (name in names(designs)) {
    called <- paste(name, option, sep = "_")
    mean <- svymean(~ api99 + api00, designs[[name]])
    add(called, "mean", c("api99", "api00"), "all", coef(mean), SE(mean), degf(designs[[name]]))
    covariances(called, "mean", c("api99", "api00"), mean)
    total <- svytotal(~enroll, designs[[name]])
    add(called, "total", "enroll", "all", coef(total), SE(total), degf(designs[[name]]))
  }
}
options(survey.lonely.psu = "fail")
# What 4.5 does with it, by its definition and without the package: the lonely sum is centred on the mean of all.
z <- lonely$pw * lonely$enroll
scatter <- sapply(c("E", "H"), function(s) sum(lonely$stype == s) * var(z[lonely$stype == s]))
of_lonely <- (z[lonely$stype == "M"] - mean(z))^2
add("lonely_adjust", "total_centred", "enroll", "all", sum(z), sqrt(sum(scatter) + of_lonely))

result <- do.call(rbind, rows)
for (column in c("value", "se")) {
  result[[column]] <- ifelse(is.na(result[[column]]), "", sprintf("%.15g", result[[column]]))
}
write.csv(result, out, row.names = FALSE, quote = FALSE, na = "")
