import ValidatorCore

/// A validator for a test box, which is a value that tests hand about; no test may use two copies of one.
final class HeldValidator {
    var validator: Validator

    init(_ validator: consuming Validator) { self.validator = validator }
}
