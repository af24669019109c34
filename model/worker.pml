/* A worker: takes messages one after the other, runs what it can claim, records the end.
 *
 * A connection can break at every statement. What was sent by then is in flight: the server
 * carries it out later, or never (the process Server). `lost` bounds how often.
 */

#define m hand[me]

byte mine[WORKERS + 1];      /* the claim that each worker has drawn */
byte hand[WORKERS + 1];      /* the attempt that the message is for which it has taken */
byte in_broker[LIMIT + 2];   /* messages, by attempt */
bool was_sent[LIMIT + 2];

#define CAN_LOSE (!calm && lost > 0)

inline loses_answer(type, cancels, later)
{
    CAN_LOSE && flying == 0 ->
    lost--;
    flying = type;
    flying_attempt = m;
    flying_claim = mine[me];
    flying_of = me;
    flying_later = later;
    flying_cancels = cancels;
    printf("%e: no answer to %e\n", NAME(me), type)
}

inline dies()
{
    !calm && kills > 0 ->
    kills--;
    printf("%e: killed\n", NAME(me));
    if
    :: lock == me -> lock = 0
    :: else
    fi;
    if
    :: in_broker[m]++        /* it was not acknowledged */
    :: skip
    fi;
    goto done
}

/* Claims are random and never meet: any that nobody knows will do. */
#define USED_BY_ANOTHER(c) (claim == (c) || flying_claim == (c) || seen == (c) \
                            || mine[WORKERS + 1 - me] == (c) || disk_claim == (c))
inline draw_claim()
{
#ifdef NO_CLAIM_PER_RUN
    mine[me] = m
#else
    mine[me] = 1;
    do
    :: USED_BY_ANOTHER(mine[me]) -> mine[me]++
    :: else -> break
    od
#endif
}

/* That an append without an answer was stored after all. */
#ifdef NO_CLAIM_OF_END
#define ENDED_AS (attempt == m && state == end)
#else
#define ENDED_AS (claim == mine[me] && state == end)
#endif

inline tell_success()
{
    must(success_is_told_by_the_run_that_committed,
         state == completed && claim == mine[me] && rows_of == me);
    printf("%e: tells Celery SUCCESS\n", NAME(me))
}

proctype Worker(byte me)
{
    mtype out, end;
    bool unanswered, cancels, later;

end_idle:
    atomic {
        if
        :: in_broker[1] > 0 -> m = 1
        :: in_broker[2] > 0 -> m = 2
        fi;
        in_broker[m]--;
        draw_claim();
        printf("%e: takes a message for attempt %d\n", NAME(me), m)
    }

take:
    if
    :: !expired -> append(me, out, started, m, mine[me], false, false);
        if
        :: out == appended -> goto body
#ifndef NO_LOOK_FOR_CLAIM
        :: out != appended && unanswered && claim == mine[me] -> goto body
#endif
        :: else ->
            must(a_stored_claim_is_run, !(HELD && claim == mine[me]));
            goto ack
        fi
    :: expired -> goto claimless
    :: atomic { !calm && codeless > 0 && !unanswered -> codeless--; goto claimless }
    :: atomic { loses_answer(started, false, false); unanswered = true; goto take }
    :: atomic { unanswered -> in_broker[m]++; goto done }
    :: atomic { dies() }
    fi;

claimless:
    append(me, out, failed, m, 0, false, false);
    if
    :: out != appended && unanswered && claim == mine[me] -> goto body
    :: else -> goto ack
    fi;

body:
    if
    :: goto complete
    :: atomic { end = completed; goto record }   /* without rows: a statement of its own */
    :: atomic { end = failed; goto record }
    :: atomic { end = retrying; later = true; goto record }
    :: atomic { CAN_LOSE -> lost--; goto close }
    :: atomic { FREE && FENCED(progress, m, mine[me]) -> goto ack }
    :: atomic { FREE && !FENCED(progress, m, mine[me]) && cancel -> goto give_up }
    :: atomic { dies() }
    fi;

complete:
#ifdef NO_COMMON_COMMIT
    commit_rows(me);
#endif
    if
    :: atomic {
            FREE -> decide_append(out, completed, m, mine[me], false);
            printf("%e: completed by claim %d: %e\n", NAME(me), mine[me], out);
            if
            :: out == appended -> lock = me
            :: out == cancelled -> goto give_up
            :: else -> goto ack
            fi
        }
    :: lock != 0 -> goto close               /* not had within five seconds */
    fi;

    if
    :: atomic {
            lock == me ->
            store(me, completed, m, mine[me], false);
            lock = 0;
            end_answered = true;
            printf("%e: rows and completed are committed\n", NAME(me))
        };
        tell_success();
        goto ack
    :: atomic {
            lock == me && CAN_LOSE && flying == 0 ->
            loses_answer(completed, false, false);
            lock = SERVER
        }; goto look_up
    :: atomic { lock == me && CAN_LOSE -> lost--; lock = 0 }; goto look_up
    :: lock != me -> goto look_up            /* the server went down */
    :: atomic { dies() }
    fi;

look_up:
    if
#ifdef NO_LOOK_FOR_COMMIT
    :: skip -> tell_success(); goto ack
#else
    :: atomic { state == completed && claim == mine[me] -> tell_success() }; goto ack
    :: !(state == completed && claim == mine[me]) -> goto close
    :: atomic { CAN_LOSE -> lost-- }; goto close
#endif
    fi;

give_up:
    atomic { end = failed; cancels = true };
    goto record;

close:                                       /* as if the worker had been lost */
    atomic { end = retrying; later = false };

record:
    unanswered = false;
again:
    if
    :: append(me, out, end, m, mine[me], cancels, later);
        if
        :: out == appended && end == completed -> tell_success()
        :: out == exhausted -> end = failed; goto record
        :: out == cancelled -> goto give_up
        :: (out == fenced || out == illegal) && unanswered && end == completed && ENDED_AS -> tell_success()
        :: else
        fi;
        goto ack
    :: atomic { loses_answer(end, cancels, later) };
        if
        :: !unanswered -> unanswered = true; goto again
        :: unanswered && end == completed -> goto close
        :: else -> goto ack                  /* nobody could be told */
        fi
    :: lock != 0 ->
        if
        :: end == completed -> goto close
        :: else -> goto ack
        fi
    fi;

ack:
    if
    :: skip
    :: atomic { dies() }
    fi;
done:
    atomic { mine[me] = 0; m = 0; out = 0; end = 0; unanswered = false; cancels = false; later = false };
    goto end_idle
}

proctype Server()
{
    mtype out;
end:
    do
    :: atomic {
            flying == completed && lock == SERVER ->
            store(flying_of, completed, flying_attempt, flying_claim, false);
            printf("server: completed by claim %d is committed\n", flying_claim);
            lock = 0;
            landed();
            out = 0
        }
    :: atomic {
            flying != 0 && FREE -> decide_append(out, flying, flying_attempt, flying_claim, flying_cancels);
            printf("server: %e by claim %d arrives late: %e\n", flying, flying_claim, out);
            if
            :: out == appended -> store(flying_of, flying, flying_attempt, flying_claim, flying_later)
            :: else
            fi;
            landed();
            out = 0
        }
    :: atomic {
            flying != 0 ->
            if
            :: lock == SERVER -> lock = 0
            :: else
            fi;
            landed();
            out = 0
        }
    od
}
