import Base

/// `type` of `get_card_list`.
enum ListType: Int {
    case full = 1
    case increment = 2
}
