/// The document's samples, as it prints them.
enum Samples {
    static let subscribe = """
        {
          "requestID": "8cff2230026b4434a0bdb06b190931c8",
         "requestType": 1,
         "deviceID": [
          "0a3e46ca01ea43bd941ddcbec693e1c6",
          "c2423f11d47245038e7fa3527b3b3c02"
         ]
        }
        """
    static let subscribed = """
        {
         "responseID": "8cff2230026b4434a0bdb06b190931c8",
         "code": "0",
         "msg": "SUCCESS"
        }
        """
    static let unsubscribe = """
        {
         "responseID": "5ef6e6253a374d53ad2bdabb8742a774",
         "requestType": 0,
         "deviceID": [
          "0a3e46ca01ea43bd941ddcbec693e1c6",
          "c2423f11d47245038e7fa3527b3b3c02"
         ]
        }
        """
    static let unsubscribed = """
        {
         "responseID": "5ef6e6253a374d53ad2bdabb8742a774",
         "code": "0",
         "msg": "SUCCESS"
        }
        """
    static let query = """
        {
         "responseID": "cd2b5341275eb0da723a7f48a7c89981",
         "requestType": 2,
         "pageSize": 20,
         "pageNo": 1
        }
        """
    static let found = """
        {
            "responseID": "cd2b5341275eb0da723a7f48a7c89981",
            "code": "0",
            "msg": "SUCCESS",
            "data": {
                "total": 2,
                "pageSize": 20,
                "pageNum": 1,
                "deviceID": [
                    "0a3e46ca01ea43bd941ddcbec693e1c6",
                    "c2423f11d47245038e7fa3527b3b3c02"
                ]
            }
        }
        """
    static let firstRead = """
        {
            "readEventType": 0,
            "readEventID": "6a30a889e0334d0690e50d6ce2c75820",
            "cardTID": "E20034120614141100734886",
            "deviceID": "0a3e46ca01ea43bd941ddcbec693e1c6",
            "firstReadTime": 1674111043000,
            "lastReadTime": 1674111043000,
            "eventDuration": 0,
            "readEventTimeout": 300000,
            "isOngoing": true
        }
        """
    static let readTimeout = """
        {
            "readEventType": 1,
            "readEventID": "6a30a889e0334d0690e50d6ce2c75820",
            "cardTID": "E20034120614141100734886",
            "deviceID": "0a3e46ca01ea43bd941ddcbec693e1c6",
            "firstReadTime": 1674111043000,
            "lastReadTime": 1674111365000,
            "eventDuration": 322000,
            "readEventTimeout": 300000,
            "isOngoing": false
        }
        """
    static let read = """
        {
            "readEventType": 2,
            "readEventID": "24d7d9fbfe5a445398f689baef9d2eab",
            "cardTID": "E20034120614141100734886",
            "deviceID": "c2423f11d47245038e7fa3527b3b3c02",
            "firstReadTime": 1674111933000,
            "lastReadTime": 1674111933000,
            "eventDuration": 0,
            "readEventTimeout": 0,
            "isOngoing": false
        }
        """
    static let ping = #"{"ping": 1674119546000}"#
    static let pong = #"{"pong": 1674119546000}"#

    static let gate = "0a3e46ca01ea43bd941ddcbec693e1c6"
    static let door = "c2423f11d47245038e7fa3527b3b3c02"
}
