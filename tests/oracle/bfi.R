# Reliability of two scales of bfi (R package psych): alpha with psych and survey, one factor with psych and factanal.
# Usage: Rscript tests/oracle/bfi.R OUTFILE.csv
suppressPackageStartupMessages({
  library(psych)
  library(survey)
})
out <- commandArgs(trailingOnly = TRUE)[1]
bfi <- read.csv("tests/oracle/data/bfi.csv")
for (reversed in c("A1", "C4", "C5")) bfi[[reversed]] <- 7 - bfi[[reversed]]
scales <- list(A = paste0("A", 1:5), C = paste0("C", 1:5))

rows <- list()
add <- function(scale, missing, weights, quantity, value, item = "") {
  rows[[length(rows) + 1]] <<- data.frame(
    scale = scale, missing = missing, weights = weights, quantity = quantity, item = item, value = value
  )
}
# One factor to rounding: factanal stops at about 1e-6, so the EM algorithm (Rubin and Thayer 1982) goes on from there.
tight <- function(covariance, n) {
  f <- factanal(covmat = covariance, factors = 1, n.obs = n)
  r <- cov2cor(covariance)
  loading <- as.numeric(f$loadings) * sign(sum(f$loadings))
  unique <- as.numeric(f$uniquenesses)
  for (step in 1:5000) {
    b <- as.numeric(solve(tcrossprod(loading) + diag(unique), loading))
    loading_new <- as.numeric(r %*% b) / as.numeric(1 - sum(b * loading) + t(b) %*% r %*% b)
    unique <- diag(r) - loading_new * as.numeric(r %*% b)
    loading <- loading_new
  }
  list(loading = loading, unique = unique)
}
omega <- function(loading, unique) sum(loading)^2 / (sum(loading)^2 + sum(unique))

for (scale in names(scales)) {
  items <- bfi[scales[[scale]]]
  complete <- items[complete.cases(items), ]
  for (missing in c("complete", "pairwise")) {
    # psych's use= does not change which rows it counts, so complete means: without the others
    a <- suppressWarnings(psych::alpha(if (missing == "complete") complete else items))
    add(scale, missing, "equal", "n", if (missing == "complete") nrow(complete) else nrow(items))
    add(scale, missing, "equal", "alpha", a$total$raw_alpha)
    add(scale, missing, "equal", "alpha_std", a$total$std.alpha)
    add(scale, missing, "equal", "alpha_low", as.numeric(a$feldt$lower.ci))
    add(scale, missing, "equal", "alpha_high", as.numeric(a$feldt$upper.ci))
    add(scale, missing, "equal", "item_n", a$item.stats$n, names(items))
    add(scale, missing, "equal", "item_mean", a$item.stats$mean, names(items))
    add(scale, missing, "equal", "item_sd", a$item.stats$sd, names(items))
    add(scale, missing, "equal", "item_rest", a$item.stats$r.drop, names(items))
    add(scale, missing, "equal", "alpha_if_dropped", a$alpha.drop$raw_alpha, names(items))
  }
  f <- fa(complete, nfactors = 1, fm = "ml")
  loading <- as.numeric(f$loadings) * sign(sum(f$loadings))
  add(scale, "complete", "equal", "loading_psych", loading, names(items))
  add(scale, "complete", "equal", "omega_std_psych", omega(loading, 1 - loading^2))

  # made-up weights and clusters of 20 rows: what they are does not matter, only that both programs see the same
  row <- which(complete.cases(items))
  w <- 1 + (row %% 7) / 3
  for (weights in c("equal", "unequal")) {
    used <- if (weights == "equal") rep(1, nrow(complete)) else w
    s <- cov.wt(complete, used / sum(used), method = "ML")$cov
    f <- tight(s, nrow(complete))
    add(scale, "complete", weights, "loading", f$loading, names(items))
    add(scale, "complete", weights, "omega_std", omega(f$loading, f$unique))
    add(scale, "complete", weights, "omega", omega(f$loading * sqrt(diag(s)), f$unique * diag(s)))
  }
  cluster <- (row - 1) %/% 20
  design <- svydesign(ids = ~cluster, weights = ~w, data = cbind(complete, cluster = cluster, w = w))
  formula <- reformulate(names(items))
  weighted <- as.numeric(svycralpha(formula, design))
  ess <- sum(w)^2 / sum(w^2)
  ends <- alpha.ci(weighted, n.obs = ess, n.var = ncol(items))
  add(scale, "complete", "unequal", "ess", ess)
  add(scale, "complete", "unequal", "alpha", weighted)
  add(scale, "complete", "unequal", "alpha_low", ends$lower.ci)
  add(scale, "complete", "unequal", "alpha_high", ends$upper.ci)
  # alpha is a function of the covariance matrix, whose covariance matrix survey has: the delta method with its
  # gradient -k/(k-1) ([i = j] / V - T / V^2)
  s <- svyvar(formula, design)
  k <- nrow(s)
  gradient <- -k / (k - 1) * (diag(k) / sum(s) - sum(diag(s)) / sum(s)^2)
  add(scale, "complete", "unequal", "alpha_se", sqrt(sum(outer(c(gradient), c(gradient)) * attr(s, "var"))))
}
result <- do.call(rbind, rows)
result$value <- sprintf("%.15g", result$value)
write.csv(result, out, row.names = FALSE, quote = FALSE)
