/* Playback through libasound(3), which is loaded when a sound is first needed: a box without sound does not pay for it. No policy. */
#pragma once

#include <alsa/asoundlib.h>
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define CALSA_FUNCTIONS(use) \
    use(snd_config_update_free_global) \
    use(snd_lib_error_set_handler) \
    use(snd_pcm_close) \
    use(snd_pcm_delay) \
    use(snd_pcm_drop) \
    use(snd_pcm_get_params) \
    use(snd_pcm_open) \
    use(snd_pcm_prepare) \
    use(snd_pcm_set_params) \
    use(snd_pcm_start) \
    use(snd_pcm_state) \
    use(snd_pcm_writei) \
    use(snd_strerror)

#define CALSA_MEMBER(name) __typeof__(&name) name;
struct calsa_library { CALSA_FUNCTIONS(CALSA_MEMBER) };
#undef CALSA_MEMBER

/* libasound tells its errors twice: by return value, which we use, and on standard error, which is our log's. */
static inline void calsa_say_nothing(const char *file, int line, const char *function, int error, const char *format, ...) {
    (void)file, (void)line, (void)function, (void)error, (void)format;
}

/* The library, for the rest of the process's life; NULL when it is not installed or lacks a function, see dlerror(3). */
static inline const struct calsa_library *calsa_load(void) {
    void *handle = dlopen("libasound.so.2", RTLD_LAZY | RTLD_LOCAL);
    if (handle == NULL) return NULL;
    struct calsa_library *library = malloc(sizeof *library);
    if (library == NULL) return NULL;
#define CALSA_RESOLVE(name) \
    if ((library->name = (__typeof__(&name))dlsym(handle, #name)) == NULL) { \
        free(library); \
        return NULL; \
    }
    CALSA_FUNCTIONS(CALSA_RESOLVE)
#undef CALSA_RESOLVE
    library->snd_lib_error_set_handler(calsa_say_nothing);
    return library;
}

struct calsa_output {
    snd_pcm_t *pcm;
    uint64_t buffer_frames;
    uint64_t period_frames;
};

/* Opens `device` for interleaved signed 16-bit samples, to be written without waiting. Rates and channels are converted where the
   device is one of ALSA's that converts. 0, or a negative code for calsa_error_text. */
static inline int calsa_open(
    const struct calsa_library *library, const char *device, unsigned rate, unsigned channels, unsigned buffer_us,
    struct calsa_output *output) {
    snd_pcm_t *pcm = NULL;
    int code = library->snd_pcm_open(&pcm, device, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
    if (code < 0) {
        /* Cards that come later are found only if the configuration is read anew. */
        library->snd_config_update_free_global();
        return code;
    }
    snd_pcm_uframes_t buffer = 0, period = 0;
    code = library->snd_pcm_set_params(pcm, SND_PCM_FORMAT_S16, SND_PCM_ACCESS_RW_INTERLEAVED, channels, rate, 1, buffer_us);
    if (code >= 0) code = library->snd_pcm_get_params(pcm, &buffer, &period);
    if (code >= 0 && (buffer == 0 || period == 0)) code = -EINVAL;
    if (code < 0) {
        library->snd_pcm_close(pcm);
        return code;
    }
    *output = (struct calsa_output){.pcm = pcm, .buffer_frames = buffer, .period_frames = period};
    return 0;
}

/* Forgets what has not been heard yet, and is ready for something new. */
static inline int calsa_restart(const struct calsa_library *library, snd_pcm_t *pcm) {
    library->snd_pcm_drop(pcm);
    return library->snd_pcm_prepare(pcm);
}

/* Takes frames and makes them heard at once. The number taken, 0 when there is no room now, or a negative code.
   After an underrun, or when the machine was suspended, it begins anew with these. */
static inline long calsa_write(const struct calsa_library *library, snd_pcm_t *pcm, const int16_t *samples, uint64_t frames) {
    snd_pcm_sframes_t taken = library->snd_pcm_writei(pcm, samples, frames);
    if (taken == -EPIPE || taken == -ESTRPIPE) {
        int code = library->snd_pcm_prepare(pcm);
        if (code < 0) return code;
        taken = library->snd_pcm_writei(pcm, samples, frames);
    }
    if (taken == -EAGAIN) return 0;
    if (taken > 0 && library->snd_pcm_state(pcm) == SND_PCM_STATE_PREPARED) {
        int code = library->snd_pcm_start(pcm);
        if (code < 0) return code;
    }
    return taken;
}

/* Frames that were taken and have not been heard yet; 0 after an underrun. */
static inline long calsa_pending(const struct calsa_library *library, snd_pcm_t *pcm) {
    snd_pcm_sframes_t frames = 0;
    return library->snd_pcm_state(pcm) == SND_PCM_STATE_RUNNING && library->snd_pcm_delay(pcm, &frames) >= 0 && frames > 0
        ? frames : 0;
}

static inline void calsa_close(const struct calsa_library *library, snd_pcm_t *pcm) {
    library->snd_pcm_drop(pcm);
    library->snd_pcm_close(pcm);
}

static inline const char *calsa_error_text(const struct calsa_library *library, int code) {
    return library->snd_strerror(code);
}
