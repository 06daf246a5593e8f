import FacetFormat
import FacetIR

extension Lowering {
  /// A value in a form, converted right after it is computed where it is computed in another.
  ///
  /// Precondition: it has been computed in some form.
  mutating func require(_ value: ValueID, _ form: TensorForm) -> TensorKey {
    let key = TensorKey(value, form)
    if home[key] != nil { return key }
    let other = TensorKey(value, TensorForm(int8: form.isInt8, plain: !form.isPlain))
    if home[other] != nil {
      // One pixel without a border is the same in both layouts.
      if pixels(value).height * pixels(value).width == 1, border(other) == .none, border(key) == .none {
        if form.isPlain { readAsPlain.insert(other) }
        return other
      }
      return convert(other, to: key, form.isPlain ? .planar : .reshape)
    }
    let sameLayout = TensorKey(value, TensorForm(int8: !form.isInt8, plain: form.isPlain))
    if home[sameLayout] != nil { return convert(sameLayout, to: key, form.isInt8 ? .quantize : .dequantize) }
    let opposite = TensorForm(int8: !form.isInt8, plain: !form.isPlain)
    guard home[TensorKey(value, opposite)] != nil else { return key }
    // The number type first, in the layout that there is; then the layout.
    let between = TensorKey(value, TensorForm(int8: form.isInt8, plain: !form.isPlain))
    _ = convert(TensorKey(value, opposite), to: between, form.isInt8 ? .quantize : .dequantize)
    return require(value, form)
  }

  /// A value in a number type, in the layout that there is.
  mutating func require(_ value: ValueID, int8: Bool) -> TensorKey {
    for plain in [false, true] where home[TensorKey(value, TensorForm(int8: int8, plain: plain))] != nil {
      return TensorKey(value, TensorForm(int8: int8, plain: plain))
    }
    let plain = home[TensorKey(value, TensorForm(int8: !int8, plain: false))] == nil
    return require(value, TensorForm(int8: int8, plain: plain))
  }

  private mutating func convert(_ from: TensorKey, to: TensorKey, _ opcode: UnaryRecord.Kind) -> TensorKey {
    var record = UnaryRecord()
    record.opcode = opcode
    appendUnary(record, from, to, -1, home[from] ?? 0)
    return to
  }
}
