/* A task that comes after two others: dispatched when both have completed, ended when one has not.
 * Two next-steps parts work at once, each in transactions that take one step or both.
 */

#ifndef CRASHES
#define CRASHES 1            /* transactions that are undone */
#endif
#ifndef CANCELS
#define CANCELS 1            /* the waiting task may be cancelled */
#endif

#ifdef ONLY
#define WATCHED false
#else
#define WATCHED true
#endif
bool a_step_runs_after_all_before_it = WATCHED;
bool it_is_dispatched_once = WATCHED;
bool every_task_ends = WATCHED;

#define must(property, condition) assert((condition) || !property)

mtype = { running, completed, failed };

mtype before[3] = running;   /* the tasks before it, 1 and 2 */
bool ready[3];               /* what their ends have marked */
mtype outcome[3];
bool step[3] = true;         /* the rows that say what it waits for, as committed */
byte row_lock[3];

bool ended;                  /* the waiting task */
byte dispatched;
byte lock;
byte crashes = CRASHES;

proctype Before(byte me)
{
    mtype how;

    if
    :: how = completed
    :: how = failed
    fi;
    atomic {
        before[me] = how;
        printf("task %d: %e\n", me, how);
#ifdef NO_COMMON_MARK
    }
    if
    :: crashes > 0 -> crashes--; goto end
    :: skip
    fi;
    atomic {
#endif
        ready[me] = true;
        outcome[me] = how
    }
end:
    skip
}

proctype Canceller()
{
    if
    :: atomic { lock == 0 && !ended && dispatched == 0 -> ended = true; printf("cancelled\n") }
    :: skip
    fi
}

#ifdef NO_LOCK_OF_WAITING
#define CAN_LOCK true
#else
#define CAN_LOCK (lock == 0 || lock == me)
#endif
#define TAKES(n) (step[n] && ready[n] && row_lock[n] == 0)

/* What the transaction has done and not committed. */
#define MINE(n) (row_lock[n] == me)
/* As it sees the rows: those of others until they commit, its own not after it has deleted them. */
#define SEES(n) (step[n] && !gone[n])

inline leave()
{
    if
    :: lock == me -> lock = 0
    :: else
    fi;
    if
    :: MINE(1) -> row_lock[1] = 0
    :: else
    fi;
    if
    :: MINE(2) -> row_lock[2] = 0
    :: else
    fi;
    gone[1] = false; gone[2] = false; n = 0; dispatches = false; ends = false
}

/* Cancelled meanwhile, or expired, or started. */
#ifdef NO_LOOK_AT_WAITING
#define WAITS true
#else
#define WAITS (!ended && dispatched == 0)
#endif

proctype NextSteps(byte me)
{
    bool gone[3];
    byte n;
    bool dispatches, ends;

end:
    do
    :: atomic {
            if
            :: TAKES(1) -> n = 1
            :: TAKES(2) -> n = 2
            fi;
            row_lock[n] = me
        };
take:
        if
        :: atomic { CAN_LOCK -> lock = me };
            atomic {
                if
                :: !WAITS
                :: WAITS && outcome[n] == failed -> ends = true
                :: WAITS && outcome[n] == completed ->
#ifdef NO_WAIT_FOR_ALL
                    dispatches = true
#else
                    if
                    :: !SEES(3 - n) && !ends -> dispatches = true
                    :: else
                    fi
#endif
                fi;
                gone[n] = true;
                printf("part %d: takes the step after task %d, dispatches %d, ends %d\n", me, n, dispatches, ends)
            }
        :: atomic { !CAN_LOCK -> leave() };
            CAN_LOCK;                    /* left for a later call */
            goto end
        fi;
        if
        :: atomic { TAKES(3 - n) && !gone[3 - n] -> n = 3 - n; row_lock[n] = me }; goto take
        :: atomic {
                if
                :: dispatches ->
                    dispatched++;
                    must(a_step_runs_after_all_before_it, before[1] == completed && before[2] == completed);
                    must(it_is_dispatched_once, dispatched <= 1 && !ended)
                :: else
                fi;
                if
                :: ends -> ended = true
                :: else
                fi;
                step[1] = step[1] && !gone[1];
                step[2] = step[2] && !gone[2];
                leave()
            }
        :: atomic { crashes > 0 -> crashes--; printf("part %d: is undone\n", me); leave() }
        fi
    od
}

init {
    atomic {
#ifdef ONLY
        ONLY = true;
#endif
        run Before(1);
        run Before(2);
        run NextSteps(1);
        run NextSteps(2);
#if CANCELS > 0
        run Canceller();
#endif
    }
    timeout -> must(every_task_ends, ended || dispatched == 1)
}
