# Estimates for the GSS panel from R's survey package, to test ours against.
# From the root of the repository: Rscript tests/oracle/gss_panel.R OUTFILE.csv

suppressPackageStartupMessages({
  library(haven)
  library(survey)
})

RAW <- "tests/acceptance/gss_panel/raw"
SUFFIX <- c("2016" = "_1a", "2018" = "_1b", "2020" = "_2")
WAVES <- names(SUFFIX)
CHANGES <- list(c("2016", "2018"), c("2016", "2020"), c("2018", "2020"))

# `hit` counts in the share, `valid` are the answers it is a share of; all else is missing.
# The 5 of ownstock, "I do not know", is not valid. hrs1 is a number of hours, 89 means 89 or more.
SHARES <- list(
  at_work = list(item = "wrkstat", hit = 1:3, valid = 1:8, waves = WAVES),
  job_satisfaction_4pt = list(item = "satjob", hit = 1:2, valid = 1:4, waves = WAVES),
  satisfied_with_finances = list(item = "satfin", hit = 1, valid = 1:3, waves = WAVES),
  very_happy = list(item = "happy", hit = 1, valid = 1:3, waves = WAVES),
  good_health = list(item = "health", hit = 1:2, valid = 1:4, waves = WAVES),
  esop_member = list(item = "esop", hit = 1, valid = 1:2, waves = "2018"),
  owns_company_stock = list(item = "ownstock", hit = 1, valid = 1:4, waves = "2018")
)
SEX <- c("male", "female")
DEGREE <- c("less_than_high_school", "high_school", "associate", "bachelor", "graduate")
DOMAINS <- rbind(
  data.frame(dimension = "total", category = "total"),
  data.frame(dimension = "sex", category = SEX),
  data.frame(dimension = "degree", category = DEGREE)
)

read_wave <- function(wave) {
  raw <- as.data.frame(zap_labels(read_dta(file.path(RAW, paste0("gss_", wave, ".dta")))))
  names(raw) <- sub(paste0(SUFFIX[[wave]], "$"), "", names(raw))
  data <- data.frame(
    yearid = raw$yearid, wave = wave, weight = raw$wtssnr,
    total = "total", sex = SEX[raw$sex], degree = DEGREE[raw$degree + 1]
  )
  for (name in names(SHARES)) {
    share <- SHARES[[name]]
    answer <- raw[[share$item]]
    data[[name]] <- ifelse(answer %in% share$valid, as.numeric(answer %in% share$hit), NA)
  }
  data$hours_worked <- raw$hrs1
  stopifnot(!anyDuplicated(data$yearid), is.numeric(data$weight),
            all(is.finite(data$weight) & data$weight > 0))
  data
}

waves <- lapply(setNames(WAVES, WAVES), read_wave)

# The people with a valid answer in the category: a domain of the full design, not a smaller sample.
domain <- function(design, indicator, dimension, category) {
  answer <- design$variables[[indicator]]
  member <- design$variables[[dimension]]
  design$variables$y <- answer
  design[!is.na(answer) & !is.na(member) & member == category, ]
}

result <- function(indicator, wave, place, statistic, value, se, n, full, part,
                   cov = NA, se_independent = NA, n_both = NA) {
  data.frame(
    indicator = indicator, wave = wave, dimension = place$dimension, category = place$category,
    statistic = statistic, value = as.numeric(value), se = as.numeric(se), n = n,
    df = degf(full), df_domain = degf(part),
    cov = cov, se_independent = se_independent, n_both = n_both
  )
}

one_wave <- function(indicator, statistic, wave, place) {
  full <- svydesign(ids = ~1, weights = ~weight, data = waves[[wave]])
  part <- domain(full, indicator, place$dimension, place$category)
  if (statistic == "median") {
    estimate <- svyquantile(~y, part, 0.5, ci = TRUE, qrule = "math", interval.type = "mean")
    value <- estimate$y[1, "quantile"]
  } else {
    estimate <- svymean(~y, part)
    value <- coef(estimate)
  }
  result(indicator, wave, place, statistic, value, SE(estimate), nrow(part), full, part)
}

change <- function(indicator, statistic, pair, place) {
  both <- do.call(rbind, unname(waves[pair]))
  full <- svydesign(ids = ~yearid, weights = ~weight, data = both)
  part <- domain(full, indicator, place$dimension, place$category)
  by_wave <- svyby(~y, ~wave, part, svymean, covmat = TRUE)
  stopifnot(identical(as.character(by_wave$wave), pair))
  difference <- svycontrast(by_wave, c(-1, 1))
  alone <- sapply(pair, function(wave) one_wave(indicator, statistic, wave, place)$se)
  result(indicator, paste(pair, collapse = "-"), place, statistic,
         coef(difference), SE(difference), NA, full, part,
         cov = vcov(by_wave)[1, 2], se_independent = sqrt(sum(alone^2)),
         n_both = length(intersect(waves[[pair[1]]]$yearid, waves[[pair[2]]]$yearid)))
}

measure <- function(indicator, statistic, in_waves, pairs) {
  rows <- list()
  for (i in seq_len(nrow(DOMAINS))) {
    place <- DOMAINS[i, ]
    rows <- c(rows, lapply(in_waves, function(wave) one_wave(indicator, statistic, wave, place)),
              lapply(pairs, function(pair) change(indicator, statistic, pair, place)))
  }
  do.call(rbind, rows)
}

args <- commandArgs(trailingOnly = TRUE)
if (length(args) != 1) stop("usage: Rscript tests/oracle/gss_panel.R OUTFILE.csv")

table <- do.call(rbind, c(
  lapply(names(SHARES), function(name) {
    in_waves <- SHARES[[name]]$waves
    measure(name, "share", in_waves, if (length(in_waves) > 1) CHANGES)
  }),
  list(measure("hours_worked", "mean", WAVES, CHANGES), measure("hours_worked", "median", WAVES, NULL))
))
numbers <- sapply(table, is.numeric)
table[numbers] <- lapply(table[numbers], function(x) ifelse(is.na(x), "", sprintf("%.15g", x)))
write.csv(table, args, row.names = FALSE, quote = FALSE)

versions <- data.frame(r_version = R.version.string, survey_version = as.character(packageVersion("survey")))
write.csv(versions, file.path(dirname(args), "gss_panel.versions.csv"), row.names = FALSE, quote = FALSE)
