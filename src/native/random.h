/* Chance for the sampling: a generator and the two functions of a Poisson process that it needs, without a mathematics library. */
#ifndef MEMORY_LENS_RANDOM_H
#define MEMORY_LENS_RANDOM_H

#include "platform.h"

static uint64_t randomState = 0x2545F4914F6CDD1DULL;

/* xorshift64*, Vigna 2016. */
static inline uint64_t randomBits(void) {
  randomState ^= randomState >> 12;
  randomState ^= randomState << 25;
  randomState ^= randomState >> 27;
  return randomState * 0x2545F4914F6CDD1DULL;
}

/* Evenly distributed in the open interval from 0 to 1. */
static inline double randomShare(void) { return ((double)(randomBits() >> 11) + 0.5) * (1.0 / 9007199254740992.0); }

/* For x above 0: the exponent is taken from the number's own bits, the rest from the series of the inverse hyperbolic tangent. */
static double naturalLogarithm(double x) {
  union {
    double number;
    uint64_t bits;
  } split = {x};
  int exponent = (int)(split.bits >> 52 & 2047) - 1023;
  split.bits = (split.bits & 0xFFFFFFFFFFFFFULL) | 0x3FF0000000000000ULL;
  double mantissa = split.number;
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }
  double z = (mantissa - 1) / (mantissa + 1), square = z * z;
  double series = 1 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square * (1.0 / 9 + square / 11))));
  return 0.6931471805599453 * exponent + 2 * z * series;
}

/* Bytes until the next sample. */
static int64_t exponentialBytes(double meanBytes) { return (int64_t)(-naturalLogarithm(randomShare()) * meanBytes) + 1; }

/* 1 - exp(-x) for x >= 0: the probability that a block of x intervals is sampled. */
static double sampledShare(double x) {
  if (x > 36) return 1; /* nothing is left to add in a double */
  if (x > 1) {
    double half = sampledShare(x * 0.5);
    return half * (2 - half);
  }
  double term = x, sum = x;
  for (int k = 2; k < 16; k++) {
    term *= -x / k;
    sum += term;
  }
  return sum;
}

#endif
