"""A worker process of Manyhands. It loads one function and runs the tasks that the service sends it, until the service
closes the socket. Python 3.9 and later, standard library only.

    service                          worker
       |  <---------- connects ---------  |   (the service made the socket and the cell file, and started this script)
       |  ---- LOAD function ---------->  |
       |  <--- LOADING ----------------  |   before any of the function's code runs
       |  <--- LOADED | LOAD_FAILED ----  |
       |  ---- CHUNK inputs ----------->  |   one at a time
       |  <--- OUTCOMES ... END --------  |

A frame is a length (of what follows the type), a type and a payload; numbers are little-endian, texts UTF-8 with their
length in front. The cell file is mapped: it says which task runs, so that the service knows whom to blame when this
process dies, and holds the outcomes that are not sent yet (the shelf), so that finished tasks keep theirs.
"""
