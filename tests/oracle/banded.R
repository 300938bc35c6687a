# Quantiles of banded answers: interpolated, with an error by survey's svymean; lognormal by survival's survreg.
# Usage: Rscript tests/oracle/banded.R OUTFILE.csv
#
# case     eusilc_same: equivalised income of synthetic Austria in the same nine bands for all, households drawn within
#          regions; eusilc_household: income of the household in nine bands, whose ends are divided by the square root
#          of its size; eusilc_mixed: the same, but households whose number is a multiple of three give their exact
#          equivalised income, if it is above 0; strat, cluster: api00 of the California schools in bands of 50 with
#          an open bottom and an open top; open: the same clusters, exact scores from 450 to 850
# quantity interpolated: the smallest x at which F reaches p, everybody spread evenly over their band; se is that of
#          the mean of F_i(value), divided by the slope of F over Woodruff's interval
#          lognormal: exp(m + z_p s) of survreg; se from scores written out here, survreg's inverse of the second
#          derivatives and survey's variance of their total. se_survreg: survreg's own sandwich (clusters, but no
#          strata and without m / (m - 1)). In survival 3.5-3 resid(type = "dfbeta") has the score of log(s) of a closed
#          band with the wrong sign (`ds` for status 3), so that se_survreg, and svysurvreg too, are right only where no
#          band is closed: case open. Refitting with one weight changed a little shows it; the script does so
suppressPackageStartupMessages({
  library(survey)
  library(survival)
})
out <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(paste0("tests/oracle/data/", name, ".csv"))

rows <- list()
add <- function(case, quantity, p, value, se, se_survreg = NA) {
  rows[[length(rows) + 1]] <<- data.frame(
    case = case, quantity = quantity, p = p, value = value, se = se, se_survreg = se_survreg
  )
}

in_bands <- function(data, y, ends) {
  at <- findInterval(y, ends)
  data$low <- ends[at]
  data$high <- ends[at + 1]
  data
}

# the part of each that is at or below x; `strictly` leaves out exact answers of x itself
parts <- function(x, low, high, strictly = FALSE) {
  ifelse(low == high, if (strictly) low < x else low <= x,
    ifelse(low == -Inf, 1, ifelse(high == Inf, 0, pmin(1, pmax(0, (x - low) / (high - low))))))
}

# the whole path of F, up the jumps and along the straight lines, and the first place on it that is high enough
path_of <- function(data) {
  ends <- sort(unique(c(data$low, data$high)))
  ends <- ends[is.finite(ends)]
  f <- sapply(ends, function(x) {
    c(weighted.mean(parts(x, data$low, data$high, TRUE), data$w), weighted.mean(parts(x, data$low, data$high), data$w))
  })
  list(x = rep(ends, each = 2), f = as.vector(f))
}
first_at <- function(path, p) {
  at <- which(path$f >= p - 1e-12)[1]
  if (at == 1) return(path$x[1])
  part <- (p - path$f[at - 1]) / (path$f[at] - path$f[at - 1])
  path$x[at - 1] + min(part, 1) * (path$x[at] - path$x[at - 1])
}

interpolated <- function(case, data, design, orders) {
  path <- path_of(data)
  effective <- sum(data$w)^2 / sum(data$w^2)
  for (p in orders) {
    value <- first_at(path, p)
    below <- parts(value, data$low, data$high)
    of_f <- svymean(~below, update(design, below = below))
    share <- coef(of_f)[[1]]
    half <- 1.96 * sqrt(share * (1 - share) / effective)
    spread <- (first_at(path, share + half) - first_at(path, share - half)) / (2 * half)
    add(case, "interpolated", p, value, SE(of_f)[[1]] * spread)
  }
}

exactly <- survreg.control(rel.tolerance = 1e-13, maxiter = 200)
model <- Surv(from, to, type = "interval2") ~ 1

# first derivatives of the logarithm of the likelihood by m and log(s)
scores <- function(low, high, m, s) {
  a <- (log(pmax(low, 0)) - m) / s
  b <- (log(high) - m) / s
  p <- pnorm(b) - pnorm(a)
  times <- function(z) ifelse(is.finite(z), z, 0) * dnorm(z)
  exact <- low == high
  cbind(
    ifelse(exact, a / s, -(dnorm(b) - dnorm(a)) / (s * p)),
    ifelse(exact, a^2 - 1, -(times(b) - times(a)) / p)
  )
}

# the change of m and log(s) when a weight grows by the factor 1 + e, over e, must be the linearised one
check_changes <- function(data, changes) {
  fitted <- function(i, factor) {
    data$w1[i] <- data$w1[i] * factor
    fit <- survreg(model, data, weights = w1, dist = "lognormal", control = exactly)
    c(coef(fit)[[1]], log(fit$scale))
  }
  for (i in c(1, 5, 50)) {
    refitted <- (fitted(i, 1 + 1e-4) - fitted(i, 1 - 1e-4)) / 2e-4
    stopifnot(abs(refitted - changes[i, ]) < 1e-4 * max(abs(changes[i, ])))
  }
}

lognormal <- function(case, data, design, orders) {
  data$from <- ifelse(data$low > 0, data$low, NA)
  data$to <- ifelse(data$high < Inf, data$high, NA)
  # with mean 1, so that convergence does not depend on the size of the weights
  data$w1 <- data$w / mean(data$w)
  plain <- survreg(model, data, weights = w1, dist = "lognormal", control = exactly)
  own <- survreg(model, data, weights = w1, dist = "lognormal", control = exactly, cluster = psu, robust = TRUE)
  m <- coef(plain)[[1]]
  s <- plain$scale
  changes <- data$w1 * scores(data$low, data$high, m, s) %*% vcov(plain)
  if (nrow(data) < 1000) check_changes(data, changes)
  total <- svytotal(~m + s, update(design, m = changes[, 1] / data$w, s = changes[, 2] / data$w))
  for (p in orders) {
    z <- qnorm(p)
    value <- exp(m + z * s)
    by <- value * c(1, z * s)
    error <- function(v) sqrt(drop(by %*% v %*% by))
    add(case, "lognormal", p, value, error(vcov(total)), error(own$var))
  }
}

both <- function(case, data, design, orders) {
  interpolated(case, data, design, orders)
  lognormal(case, data, design, orders)
}

eusilc <- read("eusilc")
eusilc$w <- eusilc$rb050
eusilc$psu <- eusilc$db030
size <- as.vector(table(eusilc$db030)[as.character(eusilc$db030)])
drawn <- function(data) svydesign(ids = ~db030, strata = ~db040, weights = ~w, data = data)
orders <- c(0.1, 0.25, 0.5, 0.75, 0.9)

same <- in_bands(eusilc, eusilc$eqIncome, c(0, 10000, 13000, 16000, 19000, 22000, 26000, 32000, 45000, Inf))
both("eusilc_same", same, drawn(same), orders)

household_bands <- c(0, 10000, 15000, 20000, 25000, 30000, 35000, 45000, 60000, Inf)
household <- in_bands(eusilc, eusilc$eqIncome * sqrt(size), household_bands)
household$low <- household$low / sqrt(size)
household$high <- household$high / sqrt(size)
both("eusilc_household", household, drawn(household), orders)

mixed <- household
exact <- mixed$db030 %% 3 == 0 & mixed$eqIncome > 0
mixed$low[exact] <- mixed$eqIncome[exact]
mixed$high[exact] <- mixed$eqIncome[exact]
both("eusilc_mixed", mixed, drawn(mixed), orders)

school_bands <- c(-Inf, seq(450, 850, 50), Inf)
schools <- function(name, psu) {
  data <- read(name)
  data$w <- data$pw
  data$psu <- data[[psu]]
  in_bands(data, data$api00, school_bands)
}
strat <- schools("apistrat", "snum")
both("strat", strat, svydesign(ids = ~1, strata = ~stype, weights = ~w, data = strat), c(0.25, 0.5, 0.75))
clus <- schools("apiclus1", "dnum")
both("cluster", clus, svydesign(ids = ~dnum, weights = ~w, data = clus), c(0.25, 0.5, 0.75))
known <- is.finite(clus$low) & is.finite(clus$high)
clus$low[known] <- clus$api00[known]
clus$high[known] <- clus$api00[known]
both("open", clus, svydesign(ids = ~dnum, weights = ~w, data = clus), c(0.25, 0.5, 0.75))

result <- do.call(rbind, rows)
for (column in c("value", "se", "se_survreg")) {
  result[[column]] <- ifelse(is.na(result[[column]]), "", sprintf("%.15g", result[[column]]))
}
write.csv(result, out, row.names = FALSE, quote = FALSE, na = "")
