/* A task as its last event carries it, and what may be appended behind it.
 *
 * Every rule can be taken out by defining its name: the runs of model/runs.py do, one by one.
 * Properties are asserted where they could break; ONLY=… watches a single one.
 */

#ifndef LIMIT
#define LIMIT 2              /* attempts that the task may have */
#endif
#ifndef WORKERS
#define WORKERS 2
#endif
#define SERVER (WORKERS + 1) /* works on a statement whose client hears no answer */
#define RELAY (WORKERS + 2)
#define RECONCILER (WORKERS + 3)
#define EXPIRY (WORKERS + 4)
#define NAME(me) ((me) == 1 -> worker_1 : ((me) == 2 -> worker_2 : ((me) == SERVER -> server : \
                 ((me) == RELAY -> relay : ((me) == RECONCILER -> reconciler : expiry)))))

mtype = { registered, started, progress, retrying, completed, failed };
mtype = { worker_1, worker_2, server, relay, reconciler, expiry };
mtype = { appended, fenced, illegal, cancelled, not_due, exhausted };

#ifdef ONLY
#define WATCHED false
#else
#define WATCHED true
#endif
bool at_most_one_run_commits = WATCHED;
bool an_accepted_cancel_never_succeeds = WATCHED;
bool an_end_is_final = WATCHED;
bool a_closed_run_writes_nothing = WATCHED;
bool a_stale_message_starts_nothing = WATCHED;
bool a_stale_message_ends_nothing = WATCHED;
bool no_attempt_starts_before_it_is_due = WATCHED;
bool attempts_are_limited = WATCHED;
bool success_is_told_by_the_run_that_committed = WATCHED;
bool a_stored_claim_is_run = WATCHED;
bool an_answered_end_stays = WATCHED;
bool every_task_ends = WATCHED;

#define must(property, condition) assert((condition) || !property)

/* The last event. */
mtype state = registered;
byte attempt;
byte claim;                  /* 0: none */
bool cancel;
bool due;
/* What is stored with it. */
byte rows;                   /* runs whose rows are committed */
byte rows_of;                /* the worker of the last of them */
byte outbox[LIMIT + 2];      /* dispatches, by attempt */
bool message;                /* kept to be dispatched again */

byte lock;                   /* whose transaction holds the task's lock; 0: free */
bool end_answered;           /* an end, or an accepted cancel, was answered */

#ifdef NO_ONE_WRITER
#define FREE true
#else
#define FREE (lock == 0)
#endif

#define WAITING (state == registered || state == retrying)
#define HELD    (state == started)
#define ENDED   (state == completed || state == failed)

#ifdef NO_ATTEMPT_OF_START
#define STARTS_ANOTHER(a) false
#else
#define STARTS_ANOTHER(a) ((a) != attempt + 1)
#endif
#ifdef NO_FENCE
#define OTHER_CLAIM(c) false
#else
#define OTHER_CLAIM(c) ((c) != claim)
#endif
#ifdef NO_ATTEMPT_OF_CLAIMLESS
#define ENDS_ANOTHER(a) false
#else
#define ENDS_ANOTHER(a) ((a) != attempt + 1)
#endif
#define FENCED(type, a, c) \
    (type == started -> STARTS_ANOTHER(a) : \
     ((c) == 0 -> claim != 0 || ENDS_ANOTHER(a) : OTHER_CLAIM(c)))

#ifdef NO_FINAL_STATE
#define RUNNING (HELD || ENDED)
#else
#define RUNNING HELD
#endif
#define MAY_FOLLOW(type) \
    ((WAITING && (type == started || type == failed)) || (RUNNING && type != started))

#ifdef NO_CANCEL
#define CANCELLED(type, cancels) false
#else
#define CANCELLED(type, cancels) (cancel && type != progress && !(type == failed && cancels))
#endif
#ifdef NO_DUE_TIME
#define NOT_DUE(type) false
#else
#define NOT_DUE(type) (type == started && !due)
#endif
#ifdef NO_LIMIT
#define EXHAUSTED(type) false
#else
#define EXHAUSTED(type) (type == retrying && attempt >= LIMIT)
#endif

inline decide_append(out, type, a, c, cancels)
{
    out = (FENCED(type, a, c) -> fenced :
          (!MAY_FOLLOW(type) -> illegal :
          (CANCELLED(type, cancels) -> cancelled :
          (NOT_DUE(type) -> not_due :
          (EXHAUSTED(type) -> exhausted : appended)))))
}

/* Inserts the event with what comes along; visible from then on. `later`: with a countdown. */
inline store(me, type, a, c, later)
{
    must(an_end_is_final, type == progress || !ENDED);
    must(a_closed_run_writes_nothing, type == started || (c) == 0 || (HELD && (c) == claim));
    if
    :: type == started ->
        must(a_stale_message_starts_nothing, (a) == attempt + 1);
        must(no_attempt_starts_before_it_is_due, due);
        must(attempts_are_limited, (a) <= LIMIT);
        state = started;
        attempt = a;
        claim = c;
        redispatched = 0
    :: type == retrying ->
        must(attempts_are_limited, attempt < LIMIT);
        state = retrying;
#ifndef NO_CLAIM_CLEARED
        claim = 0;
#endif
        due = !(later);
        outbox[attempt + 1]++;
        wait_for_disk()
    :: type == completed ->
        must(an_accepted_cancel_never_succeeds, !cancel);
        state = completed;
        commit_rows(me);
        wait_for_disk()
    :: type == failed ->
        must(a_stale_message_ends_nothing, (c) != 0 || (WAITING && (a) == attempt + 1));
        state = failed;
        wait_for_disk()
    :: else
    fi
}

inline commit_rows(me)
{
    rows++;
    rows_of = me;
    must(at_most_one_run_commits, rows <= 1)
}

/* A statement of its own: decides on the last event and stores behind it, under the lock. */
inline append(me, out, type, a, c, cancels, later)
{
    atomic {
        FREE -> decide_append(out, type, a, c, cancels);
        printf("%e: %e for attempt %d by claim %d: %e\n", NAME(me), type, a, c, out);
#ifdef NO_ONE_WRITER
        skip
    }
    atomic {
#endif
        if
        :: out == appended -> store(me, type, a, c, later)
        :: else
        fi
    }
}
