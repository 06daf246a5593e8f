import FacetFormat
import FacetKernels

extension AttributeRecord {
  /// One score, and no map of places.
  var hasOneScore: Bool {
    let axis = softmaxAxis
    return axis.outer == 1 && axis.channels == 1 && axis.inner == 1
  }

  /// One score with one label, as bundles of 0.1 may have it: the label names the positive class, and gates mean it by 0.
  var namesPositiveOnly: Bool { labelCount == 1 && hasOneScore }

  /// Whether a sample has one class: not a number without confidence, not a map of places. One score stands for two classes: 0, the negative,
  /// and 1, the positive.
  var isClassified: Bool {
    let axis = softmaxAxis
    guard axis.outer == 1, axis.inner == 1, valueRule == .none else { return false }
    return axis.channels > 1 || confidence == .sigmoid || confidence == .identity
  }

  /// The class that a gate's operation means by its label.
  func gateClass(_ label: UInt32) -> Int { namesPositiveOnly && label == 0 ? 1 : Int(label) }
}

extension Bundle {
  /// Number of classes that an attribute's answer is one of; 0 where it is a number or a map of places, or does not exist.
  public func classCount(attribute index: Int) -> Int {
    guard index >= 0, index < attributes.count, attributes[index].isClassified else { return 0 }
    return max(attributes[index].softmaxAxis.channels, 2)
  }

  /// Labels of an attribute: none, or one for each class.
  public func labelCount(attribute index: Int) -> Int {
    guard index >= 0, index < attributes.count else { return 0 }
    return attributes[index].namesPositiveOnly ? 2 : Int(attributes[index].labelCount)
  }

  /// What class `label` of an attribute is called (UTF-8, valid as long as this object); nil where it is only numbered.
  public func label(attribute index: Int, _ label: Int) -> UnsafeRawBufferPointer? {
    guard index >= 0, index < attributes.count, label >= 0 else { return nil }
    let record = attributes[index]
    guard record.namesPositiveOnly else { return record.label(label)?.bytes }
    if label == 0 { return negativeLabels[index].map { UnsafeRawBufferPointer($0.bytes) } }
    return record.label(label - 1)?.bytes
  }
}

extension Bundle {
  /// Whether an attribute is a number (`Session.value`).
  public func isValue(attribute index: Int) -> Bool {
    index >= 0 && index < attributes.count && attributes[index].valueRule != .none
  }

  /// What its number counts (UTF-8), such as years; nil where that is not said.
  public func unit(attribute index: Int) -> UnsafeRawBufferPointer? {
    guard index >= 0, index < attributes.count, attributes[index].unit.count > 0 else { return nil }
    return attributes[index].unit.bytes
  }
}

extension Session {
  /// The class that an attribute's scores mean: the highest, the first of equals; of one score, 1 where its probability is at least one
  /// half, otherwise 0. Nil where it has not been evaluated, or no score is a number.
  public func answer(attribute index: Int) -> Int? {
    let scores = scores(attribute: index)
    if scores.count == 1 {
      let score = scores[0]
      if score.isNaN { return nil }
      return score >= (bundle.attributes[index].confidence == .sigmoid ? 0 : 0.5) ? 1 : 0
    }
    var best: Int?
    for place in 0..<scores.count where !scores[place].isNaN {
      if let held = best, scores[held] >= scores[place] { continue }
      best = place
    }
    return best
  }

  /// The number that an attribute is (`ValueRule`): computed in binary64 by rising index of the scores, rounded once. Not a number where it is
  /// none, or has not been evaluated.
  public func value(attribute index: Int) -> Float {
    guard index >= 0, index < bundle.attributes.count else { return .nan }
    let record = bundle.attributes[index]
    let scores = scores(attribute: index)
    switch record.valueRule {
    case .none: return .nan
    case .linear: return scores.count == 1 ? Float(Double(scores[0]) * Double(record.scale) + Double(record.offset)) : .nan
    case .expected:
      do throws(SessionError) {
        try confidences(attribute: index, into: answerScratch)
      } catch {
        return .nan
      }
      var sum = Double(record.offset)
      for place in 0..<scores.count { sum += Double(answerScratch[place]) * Double(record.bins.f32(Int64(place) * 4) ?? 0) }
      return Float(sum)
    }
  }

  /// The confidence of a class of an attribute with one answer; of one score, that of class 0 is what is left of class 1's. Not a number
  /// where there is none.
  public func confidence(attribute index: Int, class label: Int) -> Float {
    guard index >= 0, index < bundle.attributes.count, bundle.attributes[index].confidence != .none else { return .nan }
    let count = bundle.scoreCount(attribute: index)
    guard label >= 0, label < max(count, 2), count <= answerScratch.count else { return .nan }
    do throws(SessionError) {
      try confidences(attribute: index, into: answerScratch)
    } catch {
      return .nan
    }
    if count > 1 { return answerScratch[label] }
    return label == 0 ? 1 - answerScratch[0] : answerScratch[0]
  }
}
