"""The quarterly circular (季度通报): made of an evidence pack alone, sentence by sentence, each figure with its query."""
