# R's side of benchmarks/estimation.py: one job in one process, on data that are in memory.
# Usage: Rscript benchmarks/estimation.R FOLDER JOB RESULT
suppressPackageStartupMessages({
  library(survey)
  library(laeken)
})
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
job <- arguments[2]
read <- function(name, what) {
  file <- file.path(folder, name)
  readBin(file, what, file.size(file) / 8, size = 8)
}
codes <- function(name) {
  # whole numbers of 8 bytes: the lower half holds them
  file <- file.path(folder, name)
  readBin(file, "integer", file.size(file) / 4, size = 4)[c(TRUE, FALSE)]
}
data <- data.frame(y = read("y", "double"), w = read("w", "double"), one = 1)
for (name in c("psu", "stratum")) data[[name]] <- codes(name)
for (name in c("domain", "a", "b", "c", "d")) data[[name]] <- factor(codes(name))
multipliers <- matrix(read("multipliers", "double"), nrow = length(unique(data$psu)), byrow = TRUE)

# the replicate design is survey's own, with the multipliers that everybody gets
replicated <- function(data) {
  design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = data)
  few <- as.svrepdesign(design[!duplicated(data$psu), ], type = "subbootstrap", replicates = ncol(multipliers))
  weights <- list(weights = multipliers, index = data$psu + 1L)
  class(weights) <- "repweights_compressed"
  few$repweights <- weights
  few$variables <- data
  few$pweights <- data$w
  few$prob <- NULL
  few
}
gini_of <- function(w, data) { # data in the order of y
  income <- w * data$y
  sum(income * (2 * cumsum(w) - w)) / (sum(w) * sum(income)) - 1
}

if (job == "linear") {
  design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = data)
  compute <- function() svyby(~y, ~domain, design, svymean)
  figures <- function(made) c(coef(made), SE(made))
} else if (job == "replicates") {
  design <- replicated(data)
  compute <- function() svyby(~y, ~domain, design, svymean)
  figures <- function(made) c(coef(made), SE(made))
} else if (job == "rake") {
  design <- svydesign(ids = ~1, weights = ~one, data = data)
  margins <- lapply(c("a", "b", "c", "d"), function(name) {
    people <- read(paste0("target_", name), "double")
    margin <- data.frame(factor(seq_along(people) - 1), people)
    names(margin) <- c(name, "Freq")
    margin
  })
  compute <- function() rake(design, list(~a, ~b, ~c, ~d), margins, control = list(maxit = 100, epsilon = 1e-8))
  figures <- function(made) weights(made)[1:100]
} else if (job == "gini_survey") {
  design <- replicated(data[order(data$y), ])
  compute <- function() withReplicates(design, gini_of)
  figures <- function(made) c(coef(made), SE(made))
} else if (job == "gini_laeken") {
  few <- 10 # LAEKENS of estimation_workers.py
  compute <- function() sapply(seq_len(few), function(r) gini(data$y, data$w * multipliers[data$psu + 1L, r])$value)
  figures <- function(made) made / 100
} else {
  one <- list(gini = gini, poverty_rate = arpr, s80_s20 = qsr)[[job]]
  compute <- function() one(data$y, data$w)$value
  figures <- function(made) if (job == "s80_s20") made else made / 100
}

seconds <- c()
repeat {
  start <- as.numeric(Sys.time()) # to the microsecond; proc.time is to the millisecond
  made <- compute()
  seconds <- c(seconds, as.numeric(Sys.time()) - start)
  if (sum(seconds) > 2 || length(seconds) == 20) break
}
writeLines(c(
  paste(sprintf("%.6g", seconds), collapse = " "),
  paste(sprintf("%.15g", as.numeric(figures(made))), collapse = " ")
), arguments[3])
