"""The status page: made here whole, in Korean and English, for any browser and for paper."""
