# Contrasts of domains, questions and waves with R's svycontrast: on the California school tests, where everybody is in
# both years of one design, and on the GSS panel, in one wave and in a design of stacked waves with people as PSUs.
# From the root of the repository: Rscript tests/oracle/contrasts.R OUTFILE.csv
suppressPackageStartupMessages({
  library(haven)
  library(survey)
})
out <- commandArgs(trailingOnly = TRUE)[1]

rows <- list()
add <- function(study, contrast, function_name, estimate) {
  rows[[length(rows) + 1]] <<- data.frame(
    study = study, contrast = contrast, "function" = function_name,
    value = as.numeric(coef(estimate)), se = as.numeric(SE(estimate)), check.names = FALSE
  )
}
# coefficients where the contrast is linear, else an expression that R differentiates
linear <- function(by, ...) svycontrast(by, c(...))
formula_of <- function(by, expression) svycontrast(by, expression)

# Schools: scores of 1999 and 2000 by type; a share of schools that met their target, in percent.
read <- function(name) read.csv(paste0("tests/oracle/data/", name, ".csv"))
jackknife <- read.csv("tests/oracle/data/repw_jk1_clus1.csv.gz")
schools <- list(
  strat_fpc = svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = read("apistrat")),
  clus1_fpc = svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = read("apiclus1")),
  clus1 = svydesign(ids = ~dnum, weights = ~pw, data = read("apiclus1")),
  jk1 = svrepdesign(
    data = read("apiclus1"), weights = jackknife$pw, repweights = as.matrix(jackknife[grep("^rw", names(jackknife))]),
    type = "JK1", scale = 14 / 15, combined.weights = TRUE
  )
)
for (name in names(schools)) {
  design <- update(schools[[name]], met = 100 * sch_wide)
  scores <- svyby(~ api99 + api00, ~stype, design, svymean, covmat = TRUE)
  # E, H, M of 1999, then of 2000
  stopifnot(identical(names(coef(scores)), c(outer(c("E", "H", "M"), c("api99", "api00"), paste, sep = ":"))))
  add(name, "E_H_2000", "difference", linear(scores, 0, 0, 0, -1, 1, 0))
  add(name, "E_H_2000", "ratio", formula_of(scores, quote(`H:api00` / `E:api00`)))
  add(name, "E_H_2000", "relative_change", formula_of(scores, quote(100 * (`H:api00` / `E:api00` - 1))))
  add(name, "E_99_00", "difference", linear(scores, -1, 0, 0, 1, 0, 0))
  add(name, "E_99_00", "relative_change", formula_of(scores, quote(100 * (`E:api00` / `E:api99` - 1))))
  add(name, "E_99_00_H_99_00", "difference_in_differences", linear(scores, 1, -1, 0, -1, 1, 0))
  add(name, "E_M_H_2000", "linear", linear(scores, 0, 0, 0, -1, 0.5, 0.5))
  add(name, "E_M_2000", "product", formula_of(scores, quote(`E:api00` * `M:api00`)))
  met <- svyby(~met, ~stype, design, svymean, covmat = TRUE)
  add(name, "met_E_H_2000", "difference", linear(met, -1, 1, 0))
  add(name, "met_E_H_2000", "odds_ratio", formula_of(met, quote((H / (100 - H)) / (E / (100 - E)))))
  total <- svymean(~ api99 + api00, design)
  add(name, "all_99_00", "difference", linear(total, -1, 1))
  add(name, "all_99_00", "ratio", formula_of(total, quote(api00 / api99)))
  if (name == "jk1") next
  # a type beside all schools, of which it is a part: both are types of a file that has every school twice
  both <- design$variables
  both <- rbind(cbind(both, of = "all"), cbind(both, of = as.character(both$stype)))
  twice <- switch(name,
    strat_fpc = svydesign(ids = ~snum, strata = ~stype, weights = ~pw, fpc = ~fpc, data = both),
    clus1_fpc = svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = both),
    clus1 = svydesign(ids = ~dnum, weights = ~pw, data = both)
  )
  parts <- svyby(~api00, ~of, twice, svymean, covmat = TRUE)
  stopifnot(identical(names(coef(parts)), c("all", "E", "H", "M")))
  add(name, "all_H_2000", "difference", linear(parts, -1, 0, 1, 0))
}

# GSS: shares in percent, as in gss_panel.R
SUFFIX <- c("2016" = "_1a", "2018" = "_1b", "2020" = "_2")
read_wave <- function(wave) {
  file <- file.path("tests/acceptance/gss_panel/raw", paste0("gss_", wave, ".dta"))
  raw <- as.data.frame(zap_labels(read_dta(file)))
  names(raw) <- sub(paste0(SUFFIX[[wave]], "$"), "", names(raw))
  share <- function(item, hit, valid) ifelse(raw[[item]] %in% valid, 100 * (raw[[item]] %in% hit), NA)
  data.frame(
    yearid = raw$yearid, wave = wave, weight = raw$wtssnr, sex = c("male", "female")[raw$sex],
    good_health_4pt = share("health", 1:2, 1:4), very_happy = share("happy", 1, 1:3), hours = raw$hrs1
  )
}
gss <- do.call(rbind, lapply(names(SUFFIX), read_wave))
by_sex <- function(variable, in_waves) {
  design <- svydesign(ids = ~yearid, weights = ~weight, data = gss[gss$wave %in% in_waves, ])
  design$variables$y <- design$variables[[variable]]
  known <- design[!is.na(design$variables$y) & !is.na(design$variables$sex), ]
  svyby(~y, ~ sex + wave, known, svymean, covmat = TRUE)
}
for (variable in c("good_health_4pt", "very_happy", "hours")) {
  called <- if (variable == "hours") "hours_worked_mean" else variable
  one <- by_sex(variable, "2018")
  stopifnot(identical(names(coef(one)), c("female.2018", "male.2018")))
  what <- paste(called, "male_female_2018", sep = ":")
  add("gss", what, "difference", linear(one, 1, -1))
  add("gss", what, "ratio", formula_of(one, quote(female.2018 / male.2018)))
  if (variable != "hours") {
    odds <- quote((female.2018 / (100 - female.2018)) / (male.2018 / (100 - male.2018)))
    add("gss", what, "odds_ratio", formula_of(one, odds))
  }
  for (pair in list(c("2016", "2018"), c("2016", "2020"))) {
    two <- by_sex(variable, pair)
    stopifnot(identical(names(coef(two)), c(outer(c("female", "male"), pair, paste, sep = "."))))
    what <- paste0(called, ":", paste(pair, collapse = "_"))
    # change of women minus change of men
    add("gss", what, "difference_in_differences", linear(two, -1, 1, 1, -1))
    add("gss", what, "difference", linear(two, -1, 0, 1, 0))
  }
  three <- by_sex(variable, names(SUFFIX))
  add("gss", paste0(called, ":2016_2018_2020"), "linear", linear(three, 1, 0, -2, 0, 1, 0))
}
# two questions of one wave: a row for each answer, people as PSUs
wave <- gss[gss$wave == "2018", ]
long <- rbind(
  data.frame(wave[c("yearid", "weight")], of = "good_health_4pt", y = wave$good_health_4pt),
  data.frame(wave[c("yearid", "weight")], of = "very_happy", y = wave$very_happy)
)
answers <- svydesign(ids = ~yearid, weights = ~weight, data = long)
both <- svyby(~y, ~of, answers[!is.na(long$y), ], svymean, covmat = TRUE)
add("gss", "good_health_4pt_very_happy:2018", "difference", linear(both, -1, 1))

result <- do.call(rbind, rows)
for (column in c("value", "se")) result[[column]] <- sprintf("%.15g", result[[column]])
write.csv(result, out, row.names = FALSE, quote = FALSE)
