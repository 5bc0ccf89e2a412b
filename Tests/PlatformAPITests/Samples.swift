/// The platform document's own samples, with their trailing commas, comments, single quotes and loose types.
enum Samples {
    static let heartbeat = """
        {
            "req_id": "abcd",
        	"enterprise_id": "398",
            "ret_code": 0,
            "ret_msg": "成功",
            "server_time": "190824162014",
            "version_code": 1526005635,
            "check_mode": "1",
        	"check_card_mode": "1",
            "qrcode_mode": "1",
            "card_mode": "1",
            "white_mode": 1,
            "version_code_all": "13604572",
            "version_code_add": "53961084",
        	"line_version_code_all": "53961004",
        	"is_line_white": "1",
        	"check_start_time_format": "2023-08-03 07:45:00",
        	"check_end_time_format": "2023-08-03 09:45:00",
        }
        """

    static let cardList = """
        {
            "ret_code": 0,
            "ret_msg": "成功",
        	 "time": 600,
            "req_id": "abcd",
        	"enterprise_id": '398',
            "is_free": 1,              // 【弃用】
            "version": "52604317",
            "list": [
                {
                    "card_no": "",
                    "flag": "1",
                    "left_times": 1   // 【弃用】
                },
                {
                    "card_no": "00065537",
                    "flag": "1",
                    "left_times": 1
                }
        	]
        }
        """

    static let lineCardList = """
        {
            "ret_code": 0,
            "ret_msg": "成功",
        	 "time": 600,
            "req_id": "abcd",
        	"enterprise_id": '398',
            "version": "52604317",
            "list": [
                {
                    "card_no": "",
                    "flag": "1",
                    "left_times": 1   // 【弃用】
                },
                {
                    "card_no": "00065537",
                    "flag": "1",
                    "left_times": 1
                }
        	]
        }
        """

    static let check = """
        {
        	"req_id": "abcd",
        	"ret_code":0,
            "sound_no": 0,
        	"ret_msg":"成功"
        }
        """

    static let log = """
        {
        	"req_id": "abcd",
        	"ret_code":0,
        	"ret_msg":"成功"
        }
        """

    static let keys = """
        {
        	"req_id":"abcd",
            "ret_code": 0,
            "ret_msg": "成功",
            "version_code": 1526005635,
            "list": [
                {
                    "key_id": "1",
                    "key": "a84a6ce9"
                },
                {
                    "key_id": "2",
                    "key": "9c797cdb"
                },
                {
                    "key_id": "3",
                    "key": "c797cd9a"
                },
                {
                    "key_id": "4",
                    "key": "c7da847c"
                }
            ]
        }
        """
}
