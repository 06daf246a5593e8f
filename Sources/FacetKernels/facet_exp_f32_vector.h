/// The steps of facet_exp_f32.h, a vector at a time, for x <= 0 or not a number.
FACET_INLINE vector exponential(vector x) {
  const vector s = add(multiply(x, all_lanes(0x1.715476p+0f)), all_lanes(12582912.0f));
  const vector f = subtract(s, all_lanes(12582912.0f));
  const vector r = subtract(subtract(x, multiply(f, all_lanes(0x1.63p-1f))), multiply(f, all_lanes(-0x1.bd0106p-13f)));
  vector q = all_lanes(0x1.6a2256p-10f);
  q = add(multiply(q, r), all_lanes(0x1.123b02p-7f));
  q = add(multiply(q, r), all_lanes(0x1.5558f8p-5f));
  q = add(multiply(q, r), all_lanes(0x1.55549p-3f));
  q = add(multiply(q, r), all_lanes(0x1.fffffcp-2f));
  q = add(multiply(q, r), all_lanes(1.0f));
  q = add(multiply(q, r), all_lanes(1.0f));
  return zero_where_below(multiply(q, power_of_two(s)), x, -87.0f);
}
