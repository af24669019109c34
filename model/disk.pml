/* What a power cut leaves: the log up to the last flush. */

#if POWER_CUTS > 0
mtype disk_state = registered;
byte disk_attempt, disk_claim, disk_rows, disk_rows_of;
bool disk_cancel, disk_due;
byte disk_outbox[LIMIT + 2];
#define DISK_BEHIND (disk_state != state || disk_attempt != attempt || disk_claim != claim)
#else
#define disk_claim 0
#endif

inline flush()
{
#if POWER_CUTS > 0
    disk_state = state; disk_attempt = attempt; disk_claim = claim; disk_cancel = cancel;
    disk_due = due; disk_rows = rows; disk_rows_of = rows_of;
    disk_outbox[1] = outbox[1]; disk_outbox[2] = outbox[2]
#else
    skip
#endif
}

/* The commit waits until the log is on the disk; others do not. */
inline wait_for_disk()
{
#ifndef NO_WAIT_FOR_DISK
    flush()
#else
    skip
#endif
}

inline restart()
{
#if POWER_CUTS > 0
    state = disk_state; attempt = disk_attempt; claim = disk_claim; cancel = disk_cancel;
    due = disk_due; rows = disk_rows; rows_of = disk_rows_of;
    outbox[1] = disk_outbox[1]; outbox[2] = disk_outbox[2];
#endif
    lock = 0;                /* whatever was open is undone */
    landed()
}
