// FacetMetrics: what is measured of scores, as values with unit, text and comparison: scores in, values out.
//
// Noise and agreement of scores, errors of numbers, shares with their intervals, the test that int8 is not worse by more than a margin, and
// the budgets that can be set on these.
