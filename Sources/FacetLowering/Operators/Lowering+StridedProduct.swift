import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func lowerStridedProduct(_ op: StridedProduct, int8 hasInt8Result: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let isFloat = types.readsFloat(node)
    let values = node.inputs.map(aliases.root)
    var product = op
    var operands: [TensorKey] = []
    for (part, value) in zip([StridedProduct.Part.a, .b], values) {
      if graph.constant(value) != nil {
        refuse(value, node)
        return
      }
      var key = require(value, int8: !isFloat)
      if !key.form.isPlain {
        if border(key) == .none, let moved = inMemory(product, part, pixels(value)) {
          product = moved
          readAsPlain.insert(key)
        } else {
          key = require(value, TensorForm(int8: !isFloat, plain: true))
        }
      }
      operands.append(key)
    }
    var form = TensorForm(int8: hasInt8Result, plain: true)
    let image = TensorForm(int8: hasInt8Result, plain: false)
    if readAsImage.contains(node.output), let shape = PixelShape(op.shape), border(TensorKey(node.output, image)) == .none,
      let moved = inMemory(product, .result, shape)
    {
      (product, form) = (moved, image)
    }
    let output = TensorKey(node.output, form)
    if !form.isPlain { readAsPlain.insert(output) }
    var record = ProductRecord(product)
    let scales = isFloat ? 1 : Double(quantization(values[0]).scale) * Double(quantization(values[1]).scale)
    record.multiplier = Float(scales * Double(op.scale) / (hasInt8Result ? Double(quantization(node.output).scale) : 1))
    guard record.multiplier >= .leastNormalMagnitude, record.multiplier < 0x1p64 else {
      problem(node, "its multiplier \(record.multiplier) is no normal number: the range of an operand is too large or too small")
      return
    }
    let template = record
    let (a, b) = (operands[0], operands[1])
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.a = tensor(a)
        record.b = tensor(b)
        record.output = tensor(output)
        return record.instruction
      }, to: fragment)
  }

  /// The same product of a value that lies in memory as an image: rows, columns, channels. Nil where its places are not even steps there.
  private func inMemory(_ product: StridedProduct, _ part: StridedProduct.Part, _ shape: PixelShape) -> StridedProduct? {
    let pixels = shape.height * shape.width
    guard pixels > 1, shape.channels > 1 else { return product }
    let strides = [pixels, 1]
    let moves = try? Rearrangement(
      [shape.channels, pixels], input: { axis, index in axis == 0 ? index : index * shape.channels }, output: { strides[$0] * $1 })
    guard let moves, let moved = product.moved(part, through: moves), (try? moved.checkLoops()) != nil else { return nil }
    return moved
  }
}

extension ProductRecord {
  /// Sizes, strides and offsets. Precondition: the engine has such a product.
  fileprivate init(_ product: StridedProduct) {
    self.init()
    for (index, axis) in product.loops(.batch).enumerated() {
      batch[index] = UInt32(axis.size)
      aBatch[index] = UInt32(axis.a)
      bBatch[index] = UInt32(axis.b)
      outputBatch[index] = UInt32(axis.result)
    }
    (aOffset, bOffset) = (UInt32(product.aOffset), UInt32(product.bOffset))
    if let axis = product.loops(.row).first { (rows, aRow, outputRow) = (UInt32(axis.size), UInt32(axis.a), UInt32(axis.result)) }
    if let axis = product.loops(.inner).first { (inner, aInner, bInner) = (UInt32(axis.size), UInt32(axis.a), UInt32(axis.b)) }
    if let axis = product.loops(.column).first {
      (columns, bColumn, outputColumn) = (UInt32(axis.size), UInt32(axis.b), UInt32(axis.result))
    }
  }
}
