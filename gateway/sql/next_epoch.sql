update meta set epoch = max(:epoch, epoch + 1)
